"""A user's latest value of a field, which is the initial value in a new article or post."""

from typing import Any

from django.db.models import QuerySet

from stoppress.newsroom.models import Article, Contributor, SourceType, Version


def usual_source_type(user: Any) -> str:
    """Return the source type of the user's latest article; at first "written by people".

    It needs no table: the user is a contributor of each own article, and the article's first
    version has the value chosen in the form.
    """
    fields = _made_by(user).values_list("article__versions__fields", flat=True).first()
    chosen = (fields or {}).get("source_type", SourceType.PEOPLE)
    return str(chosen)


def usual_byline(user: Any, story: Article) -> str:
    """Return the byline of the post that a user made last in a story; empty if there is none."""
    posts = _made_by(user).filter(article__parent=story)
    return posts.values_list("article__byline", flat=True).first() or ""


def _made_by(user: Any) -> QuerySet[Contributor]:
    """Return the user's articles and posts, the latest first, joined with their first versions."""
    made = {
        "article__versions__act": Version.Act.CREATE,
        "article__versions__by": user.get_username(),
    }
    return Contributor.objects.filter(user_id=user.pk, **made).order_by("-pk")
