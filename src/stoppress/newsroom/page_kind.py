"""Which kind of page an answer is; the site's headers go by it."""

from enum import Enum
from typing import TypeVar

from django.http.response import HttpResponseBase

_ATTRIBUTE = "_stoppress_page_kind"
Response = TypeVar("Response", bound=HttpResponseBase)


class PageKind(Enum):
    """A page that readers open, or one that stands in a frame of another site's page."""

    READERS = "readers"
    FRAMED = "framed"


def marked(response: Response, kind: PageKind) -> Response:
    """Return a response that says which kind of page it is."""
    setattr(response, _ATTRIBUTE, kind)
    return response


def page_kind(response: HttpResponseBase) -> PageKind | None:
    """Return which kind of page a response is; None of everything else."""
    kind: PageKind | None = getattr(response, _ATTRIBUTE, None)
    return kind
