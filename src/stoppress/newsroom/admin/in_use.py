"""Topics, sections and other rows that articles use cannot be deleted in the admin."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import ngettext

from .once import OnceAdmin


class InUseAdmin(OnceAdmin):
    """An admin of rows with `articles`: a row that an article uses is not deleted."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the number of articles that use a row, not the articles: some may be unreadable."""
        counts = [(each, each.articles.count()) for each in objs]
        used = [_used(each, count) for each, count in counts if count]
        return ([], {}, set(), used) if used else super().get_deleted_objects(objs, request)


def _used(row: object, count: int) -> str:
    words = ngettext(
        "“%(row)s” is used by %(count)s article", "“%(row)s” is used by %(count)s articles", count
    )
    return words % {"row": row, "count": count}
