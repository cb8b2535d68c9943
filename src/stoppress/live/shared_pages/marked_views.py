"""Which addresses lead to shared pages: known from the site's own routes, before any answer."""

from contextlib import nullcontext
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import translation

from .decorator import MARK
from .query import QueryRead


def read_by_page(scope: Any) -> QueryRead | None:
    """Return what of its query a shared page reads; None where a request is for no such page.

    Only for those does anybody wait: what another was answered says nothing of other views.
    """
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    return _read_by(settings.ROOT_URLCONF, path)


@lru_cache(maxsize=1024)
def _read_by(urlconf: str, path: str) -> QueryRead | None:
    # Some addresses are there in their own language only.
    language = translation.get_language_from_path(path)
    try:
        with translation.override(language) if language else nullcontext():
            mark: QueryRead | None = getattr(resolve(path, urlconf).func, MARK, None)
            return mark
    except Resolver404:
        return None
