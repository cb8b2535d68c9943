"""The answer at the address of an article or a post that is not public."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .direction import direction
from .models import Article, Version
from .post_range import ceiling_of, older_posts_begin
from .reader_page import missing_page, page


def gone_at(pk: int) -> tuple[Article, Article] | None:
    """Return the article or post that was public at an address, and the retracted article.

    The retracted article is the article or post itself, or the post's story. None if the existence
    is not public.
    """
    gone = once_public(pk)
    if gone is None:
        return None
    story, retracted = gone.parent, gone
    if story and not Article.objects.public().filter(pk=story.pk).exists():
        retracted = story
    return (gone, retracted) if retracted.is_retracted else None


def withdrawn_page(request: HttpRequest, pk: int, *, ceiling: str = "") -> HttpResponseBase:
    """Answer 410 with the public note if an article or a post was retracted, else 404.

    A post of a story that is not public gets the answer of the story.

    Args:
        ceiling: for a page of a live story's older posts: the ceiling once the story is restored.
    """
    told = gone_at(pk)
    if told is None:
        return missing_page(request)
    was, gone = told
    post = None if was is gone else was
    if post:
        ceiling = ceiling_of(post) if post.order else ""
    context: dict[str, object] = {
        "withdrawn": retraction_of(gone),
        "stream": gone.stream,
        "section": gone.parent.section if gone.parent else gone.section,
    }
    if gone.is_post:
        context["story"] = gone.parent_id
        return page(request, "newsroom/withdrawn_post.html", [gone.stream], context, status=410)
    if gone.is_live:
        streams = [gone.stream, *gone.streams_of_posts]
        context |= {
            "pk": gone.pk,
            "keys": gone.keys_stream,
            "is_first": not ceiling,
            "ceiling": ceiling,
            "newest": gone.get_absolute_url(),
        }
        if post:
            context["post"] = {"key": post.key}
        elif ceiling:
            context["begins"] = older_posts_begin()
        return page(request, "newsroom/live.html", streams, context, status=410)
    return page(request, "newsroom/article.html", [gone.stream], context, status=410)


def once_public(pk: int) -> Article | None:
    """Return an article or a post that was public and is not a draft now."""
    was_public = Article.objects.filter(first_published__isnull=False)
    told = was_public.exclude(pub_status=Article.PubStatus.WITHHELD).filter(pk=pk)
    return told.select_related("section", "parent__section").first()


def retraction_of(gone: Article) -> dict[str, Any]:
    """Return the facts about a retracted article that pages show.

    A template gets nothing else of the article, so the page cannot contain its text.
    """
    retractions = gone.versions.filter(act=Version.Act.RETRACTION)
    retraction = retractions.values("created").first()
    note = gone.retraction_note
    return {
        "note": note,
        "created": retraction and retraction["created"],
        "language": gone.language,
        "direction": direction(gone.language, note),
    }
