"""The answer at the address of an article or a post that is not public."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .direction import direction
from .models import Article, Version
from .post_range import ceiling_of, older_posts_begin
from .reader_page import missing_page, page


def gone_at(pk: int) -> tuple[Article, Article] | None:
    """Return what was public at the address of an article or a post, and what was retracted of it.

    That is itself, or the story of a post. None if nothing may tell that there is or was something.
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

    A post of a story that is not public is answered as the story is.

    Args:
        ceiling: of a page of a live story's older posts: what it shows once the story is back.
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
    """Return an article or a post that readers have seen and that is no draft now."""
    was_public = Article.objects.filter(first_published__isnull=False)
    told = was_public.exclude(pub_status=Article.PubStatus.WITHHELD).filter(pk=pk)
    return told.select_related("section", "parent__section").first()


def retraction_of(gone: Article) -> dict[str, Any]:
    """Return what pages say of a retracted article.

    Of the article a template gets this alone, so none of its text can get into the page.
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
