"""What a user wrote last into a field; the form of a new article or post begins with it."""

from typing import Any

from django.db.models import QuerySet

from stoppress.newsroom.models import Article, Contributor, SourceType, Version


def usual_source_type(user: Any) -> str:
    """Return what a user chose for the article that they made last, at first that people wrote it.

    It is asked of their own articles, which need no table beside them: a user is a contributor of
    each, and its first version has what was chosen in its form.
    """
    fields = _made_by(user).values_list("article__versions__fields", flat=True).first()
    chosen = (fields or {}).get("source_type", SourceType.PEOPLE)
    return str(chosen)


def usual_byline(user: Any, story: Article) -> str:
    """Return the byline of the post that a user made last in a story; empty if there is none."""
    posts = _made_by(user).filter(article__parent=story)
    return posts.values_list("article__byline", flat=True).first() or ""


def _made_by(user: Any) -> QuerySet[Contributor]:
    """Return what a user made, the last first, each with its first version."""
    made = {
        "article__versions__act": Version.Act.CREATE,
        "article__versions__by": user.get_username(),
    }
    return Contributor.objects.filter(user_id=user.pk, **made).order_by("-pk")
