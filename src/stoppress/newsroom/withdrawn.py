"""The answer at the address of an article or a post that is not public."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .direction import direction
from .models import Article, Version
from .post_range import ceiling_of, older_posts_begin
from .reader_page import missing_page, page


def withdrawn_page(
    request: HttpRequest, pk: int, *, ceiling: str = "", post: Article | None = None
) -> HttpResponseBase:
    """Answer 410 with the public note if an article or a post was retracted, else 404.

    A post of a story that is not public is answered as the story is.

    Args:
        ceiling: of a page of a live story's older posts: what it shows once the story is back.
        post: the one that the page of a live story is about.
    """
    gone = once_public(pk)
    if gone is None:
        return missing_page(request)
    if gone.parent_id and not Article.objects.public().filter(pk=gone.parent_id).exists():
        ceiling = ceiling_of(gone) if gone.order else ""
        return withdrawn_page(request, gone.parent_id, ceiling=ceiling, post=gone)
    if not gone.is_retracted:
        return missing_page(request)
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
            "pk": pk,
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
