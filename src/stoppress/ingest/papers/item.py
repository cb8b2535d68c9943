"""An item of another paper's stream `wire`, checked and typed. Pure.

Unknown fields are ignored, because the other paper may be newer.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urljoin

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from stoppress.newsroom.models import Section

# An item with longer lists is refused.
MOST_PICTURES = 500
URI_CHARS, KEY_CHARS, ADDRESS_CHARS = 500, 200, 2000


class Unreadable(Exception):
    """A paper's item is invalid. The message names the field and quotes no content."""


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("is outside the years 1 to 9999") from error


def _an_address(text: str) -> str:
    try:
        urljoin("https://paper.example/", text)
    except ValueError as error:
        raise ValueError("is not an address") from error
    return text


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Uri = Annotated[str, StringConstraints(max_length=URI_CHARS, pattern=r"^[^\s\x00-\x1f\x7f]+$")]
Address = Annotated[
    str,
    StringConstraints(max_length=ADDRESS_CHARS, pattern=r"^[^\x00-\x1f\x7f]*$"),
    AfterValidator(_an_address),
]
Key = Annotated[str, StringConstraints(pattern=rf"^[!-~]{{1,{KEY_CHARS}}}$")]
Version = Annotated[int, Field(strict=True, ge=1, lt=2**31)]
Slug = Annotated[str, StringConstraints(pattern=rf"^{Section.SLUG}$")]
Number = Annotated[int, Field(strict=True, ge=1, lt=2**63)]


class Told(BaseModel):
    """A part of an item."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Named(Told):
    """A section, a topic or an author."""

    slug: Slug
    name: str


class Picture(Told):
    """A picture. `url` is relative to the paper's address, and changes with the content."""

    id: Number
    url: Annotated[Address, Field(min_length=1, max_length=500)]
    alt: str = ""
    caption: str = ""
    credit: str = ""
    focus: tuple[int, int] = (50, 50)


class Story(Told):
    """The live story of a post."""

    key: Key


class Correction(Told):
    """The latest correction."""

    text: str
    date: Moment


class Item(Told):
    """The present state of a public article, live story or post."""

    key: Key
    uri: Uri
    version: Version
    kind: Literal["article", "live", "post"]
    url: Address = ""
    language: str
    headline: str
    summary: str = ""
    byline: str = ""
    located: str = ""
    body: str
    body_format: Literal["markdown", "html"]
    section: Named | None = None
    topics: tuple[Named, ...] = ()
    authors: tuple[Named, ...] = ()
    image: Picture | None = None
    pictures: Annotated[tuple[Picture, ...], Field(max_length=MOST_PICTURES)] = ()
    urgency: int = 5
    pinned: bool = False
    top_until: Moment | None = None
    source_type: str = ""
    source: str = ""
    original_url: str = ""
    copyright_notice: str = ""
    first_published: Moment
    updated: Moment | None = None
    correction: Correction | None = None
    note: str = ""
    coverage: Literal["open", "paused", "closed"] | None = None
    coverage_changed: Moment | None = None
    story: Story | None = None
    occurred: Moment | None = None
    key_event: bool = False

    @property
    def is_post(self) -> bool:
        return self.kind == "post"

    @property
    def is_live(self) -> bool:
        return self.kind == "live"


class Withdrawal(Told):
    """The facts of a `remove`: of an article, of an older version, or of a post with its story.

    Attributes:
        uri: empty if the event has no facts.
        version: None if a post is withdrawn with its story.
    """

    key: Key
    uri: Uri | Literal[""] = ""
    version: Version | None = None
    note: str = ""


def read_item(data: Any) -> Item:
    """Return the item of a snapshot or of a `put`.

    Raises:
        Unreadable: it is invalid.
    """
    try:
        item = Item.model_validate(data)
    except ValidationError as error:
        raise _unreadable(error) from error
    if item.is_post and item.story is None:
        raise Unreadable("story: is missing")
    return item


def read_withdrawal(data: Any) -> Withdrawal:
    """Return the facts of a `remove`.

    Raises:
        Unreadable: they are invalid.
    """
    try:
        return Withdrawal.model_validate(data)
    except ValidationError as error:
        raise _unreadable(error) from error


def _unreadable(error: ValidationError) -> Unreadable:
    # The error quotes the input, which may be a withdrawn text.
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(step) for step in first["loc"]) or "item"
    return Unreadable(f"{place[:100]}: {first['msg'][:200]}")
