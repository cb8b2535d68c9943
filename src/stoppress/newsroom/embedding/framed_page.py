"""A page for a frame: the same for everybody, as all readers' pages, and with two options."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.clickjacking import xframe_options_exempt

from stoppress.newsroom.context import page_context
from stoppress.newsroom.page_kind import PageKind
from stoppress.newsroom.reader_page import View, reader_page_with

THEME, ITEMS = "theme", "items"
THEMES = ("light", "dark")
# The style sheet has a rule for each: a snapshot may bring more than the page shows.
COUNTS = (3, 5, 10, 20)
USUAL = 5


class Options(NamedTuple):
    """What the address of a frame asks for.

    Attributes:
        theme: `light` or `dark`; empty: as the reader's device has it.
        most: the most items that are shown.
    """

    theme: str
    most: int

    @classmethod
    def read(cls, request: HttpRequest) -> "Options":
        """Return the options of a request; an unknown value counts as none."""
        theme, items = request.GET.get(THEME, ""), request.GET.get(ITEMS, "")
        counts = {str(count): count for count in COUNTS}
        return cls(theme if theme in THEMES else "", counts.get(items, USUAL))


def framed_page(view: View) -> View:
    """Make a view a `reader_page` that the sites of `STOPPRESS_FRAME_ANCESTORS` may frame.

    It reads `theme` and `items` of its query. Who may frame it is said by the
    Content-Security-Policy, since `X-Frame-Options` cannot name a site.
    """
    return xframe_options_exempt(reader_page_with(THEME, ITEMS, kind=PageKind.FRAMED)(view))


def missing_framed_page(request: HttpRequest) -> HttpResponse:
    """Answer the address of a frame that shows nothing."""
    context = page_context(request) | Options.read(request)._asdict()
    context["base"] = "newsroom/embed/base.html"
    return HttpResponse(render_to_string("404.html", context), status=404)
