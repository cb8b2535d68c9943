"""The views of the pages for frames: a section, an article, a live story with its newest posts."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from stoppress.newsroom.models import Article, Section
from stoppress.newsroom.payloads import direction_of
from stoppress.newsroom.reader_page import page
from stoppress.newsroom.withdrawn import once_public, retraction_of

from .framed_page import Options, framed_page, missing_framed_page


@framed_page
def section(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the latest news of a section."""
    found = Section.objects.filter(slug=slug).first()
    if found is None:
        return missing_framed_page(request)
    context = _context(request, found.get_absolute_url(), found) | {"stream": found.stream}
    return page(request, "newsroom/embed/section.html", [found.stream], context)


@framed_page
def story(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the head of an article, or a live story with its newest posts.

    A post is redirected to its story. A withdrawn article answers 410 with its public note.
    """
    found = Article.objects.public().select_related("section").filter(pk=pk).first()
    gone = None if found else once_public(pk)
    story = found or gone
    if story is None or not (found or story.is_retracted or story.is_post):
        return missing_framed_page(request)
    if story.parent_id:
        return redirect("newsroom:embed_story", story.parent_id)
    context = _context(request, story.get_absolute_url(), story.section) | {
        "pk": pk,
        "stream": story.stream,
        "is_live": story.is_live,
        "text_language": story.language,
        "text_direction": direction_of(story) if found else "",
        "withdrawn": retraction_of(story) if gone else None,
    }
    streams = [story.stream, *(story.streams_of_posts if story.is_live else [])]
    status = 410 if gone else 200
    return page(request, "newsroom/embed/story.html", streams, context, status=status)


def _context(request: HttpRequest, leads_to: str, section: Section | None) -> dict[str, object]:
    """Return the context of all pages for frames; `address` is that of the paper's own page."""
    return {
        **Options.read(request)._asdict(),
        "section": section,
        "tone": section and section.tone,
        "leads_to": leads_to,
        "address": request.build_absolute_uri(leads_to),
        "itself": request.get_full_path(),
    }
