"""What a user said last about how a text was made; the form of a new article begins with it."""

from typing import Any

from stoppress.newsroom.models import Contributor, SourceType, Version


def usual_source_type(user: Any) -> str:
    """Return what a user chose for the article that they made last, at first that people wrote it.

    It is asked of their own articles, which need no table beside them: a user is a contributor of
    each, and its first version has what was chosen in its form.
    """
    made = {
        "article__versions__act": Version.Act.CREATE,
        "article__versions__by": user.get_username(),
    }
    rows = Contributor.objects.filter(user_id=user.pk, **made).order_by("-pk")
    fields = rows.values_list("article__versions__fields", flat=True).first()
    chosen = (fields or {}).get("source_type", SourceType.PEOPLE)
    return str(chosen)
