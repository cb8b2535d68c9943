"""A page for frames: the same for everybody, like all readers' pages, with two options."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.clickjacking import xframe_options_exempt

from stoppress.newsroom.context import page_context
from stoppress.newsroom.page_kind import PageKind
from stoppress.newsroom.reader_page import View, reader_page_with

THEME, ITEMS = "theme", "items"
THEMES = ("light", "dark")
# The style sheet has a rule for each number, because a snapshot may have more items.
COUNTS = (3, 5, 10, 20)
USUAL = 5


class Options(NamedTuple):
    """The options in the address of a frame.

    Attributes:
        theme: `light` or `dark`; if empty, the reader's device decides.
        most: the largest number of items that are shown.
    """

    theme: str
    most: int

    @classmethod
    def read(cls, request: HttpRequest) -> "Options":
        """Return the options of a request; unknown values are ignored."""
        theme, items = request.GET.get(THEME, ""), request.GET.get(ITEMS, "")
        counts = {str(count): count for count in COUNTS}
        return cls(theme if theme in THEMES else "", counts.get(items, USUAL))


def framed_page(view: View) -> View:
    """Make a view a `reader_page` that the sites of `STOPPRESS_FRAME_ANCESTORS` may frame.

    It reads `theme` and `items` from the query. The Content-Security-Policy lists the sites that
    may frame the page, because `X-Frame-Options` cannot list sites.
    """
    return xframe_options_exempt(reader_page_with(THEME, ITEMS, kind=PageKind.FRAMED)(view))


def missing_framed_page(request: HttpRequest) -> HttpResponse:
    """Answer 404 with a small page for the frame."""
    context = page_context(request) | Options.read(request)._asdict()
    context["base"] = "newsroom/embed/base.html"
    return HttpResponse(render_to_string("404.html", context), status=404)
