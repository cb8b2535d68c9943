"""The kind of page that a response is. The site's headers depend on it."""

from enum import Enum
from typing import TypeVar

from django.http.response import HttpResponseBase

_ATTRIBUTE = "_stoppress_page_kind"
Response = TypeVar("Response", bound=HttpResponseBase)


class PageKind(Enum):
    """A page that readers open, or one that another site shows in a frame."""

    READERS = "readers"
    FRAMED = "framed"


def marked(response: Response, kind: PageKind) -> Response:
    """Mark a response with its kind of page, and return it."""
    setattr(response, _ATTRIBUTE, kind)
    return response


def page_kind(response: HttpResponseBase) -> PageKind | None:
    """Return the kind of page that a response is; None if it is not marked."""
    kind: PageKind | None = getattr(response, _ATTRIBUTE, None)
    return kind
