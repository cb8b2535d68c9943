"""The schemas of the API's requests and responses."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

# The default of a field that the caller left out. It is never read: `model_fields_set` does not
# contain the field.
LEFT_OUT: Any = None
ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]")


def written(value: object) -> object:
    """Refuse a time given as a number, quoted or not, because its unit would be a guess."""
    if not isinstance(value, str) or not ISO.match(value.strip()):
        raise ValueError("must be a time such as 2026-11-22T09:00:00Z")
    return value


def in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("is outside the years 1 to 9999") from error


# The newsroom's verbs check lengths and characters, for every caller.
Headline = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Note = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    Field(description="public; says what was wrong"),
]
SourceType = Literal["", "people", "assisted", "mixed", "translated", "machine", "program"]
Moment = Annotated[AwareDatetime, BeforeValidator(written), AfterValidator(in_utc)]


class Payload(BaseModel):
    """The body of a request. An unknown field is an error, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


class ArticleFields(Payload):
    headline: Headline = LEFT_OUT
    body: Annotated[str, Field(description="Markdown, or HTML where `body_format` says so")] = (
        LEFT_OUT
    )
    body_format: Annotated[
        Literal["markdown", "html"], Field(description="of `body`; `markdown` by default")
    ] = LEFT_OUT
    summary: str = LEFT_OUT
    byline: str = LEFT_OUT
    located: Annotated[str, Field(description="where it was written, such as a city")] = LEFT_OUT
    section: Annotated[str | None, Field(description="a section's slug")] = LEFT_OUT
    language: Annotated[
        str, Field(description="a BCP 47 tag such as `de`; the site's own by default")
    ] = LEFT_OUT
    urgency: Annotated[
        int, Field(strict=True, ge=1, le=9, description="1 is breaking news, 5 is normal")
    ] = LEFT_OUT
    pinned: Annotated[
        bool, Field(strict=True, description="stands above all others until it is unpinned")
    ] = LEFT_OUT
    top_until: Annotated[
        Moment | None,
        Field(description="until then an article of urgency 1 to 3 stands above the others"),
    ] = LEFT_OUT
    topics: Annotated[list[str], Field(description="slugs; they replace the present ones")] = (
        LEFT_OUT
    )
    authors: Annotated[
        list[str], Field(description="slugs of people; they replace the present ones")
    ] = LEFT_OUT
    source_type: Annotated[
        str,
        Field(
            description="how the text was made: `people` (a new article's default), `assisted`,"
            " `mixed`, `translated`, `machine`, `program`, IPTC's term for one of them as its"
            " address or as `digsrctype:…`; empty if nobody knows"
        ),
    ] = LEFT_OUT
    publish_at: Annotated[Moment | None, Field(description="published at this time")] = LEFT_OUT
    embargoed_until: Annotated[
        Moment | None, Field(description="never published before this time")
    ] = LEFT_OUT


class NewArticle(ArticleFields):
    headline: Headline
    pub_status: Annotated[
        Literal["usable", "withheld"], Field(description="`usable` publishes, `withheld` saves")
    ] = "usable"
    external_id: Annotated[
        str, Field(description="your own id; the same id again makes no second article")
    ] = LEFT_OUT


class Changes(ArticleFields):
    """The fields to change; those left out stay as they are."""


class Correction(ArticleFields):
    """What was wrong, and the corrected fields."""

    note: Note


class Retraction(Payload):
    """Why the text is withdrawn."""

    note: Note


class Remark(Payload):
    """A public note for the article's history."""

    note: Annotated[str, Field(description="public")] = ""


class Nothing(Payload):
    """A call without fields; its body may be left out."""


class DeskNote(Payload):
    """What is missing in a draft."""

    note: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1),
        Field(description="for the desk; never public"),
    ]


class DeskRemark(Payload):
    """Why a draft is put aside, or taken up again."""

    note: Annotated[str, Field(description="for the desk; never public")] = ""


class NewNote(Payload):
    """A note for other editors."""

    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1),
        Field(description="never public"),
    ]


class Withdrawal(DeskNote):
    """Why a version's text is withdrawn, and which other versions have it."""

    also: Annotated[
        list[Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]],
        Field(description="the numbers of other versions with the text"),
    ] = []


class NamedPage(BaseModel):
    slug: str
    name: str
    url: str


class PersonName(BaseModel):
    slug: str
    name: str


class CorrectionNote(BaseModel):
    text: str
    date: datetime


class Article(BaseModel):
    """An article as readers receive it, with fields for publishers; without text if canceled."""

    id: int
    key: str
    version: int
    order: str | None
    uri: str
    kind: str
    language: str
    direction: Literal["ltr", "rtl"]
    url: str
    headline: str
    summary: str
    byline: str
    located: str
    section: NamedPage | None
    urgency: int
    breaking: Annotated[bool, Field(description="public, of urgency 1, and its time is not over")]
    pinned: bool
    pub_status: Literal["usable", "withheld", "canceled"]
    desk_state: Annotated[
        Literal["draft", "submitted", "sent_back", "discarded"] | None,
        Field(description="how far a draft is; null once it is published"),
    ]
    first_published: datetime | None
    version_created: datetime
    source_type: SourceType
    digital_source_type: Annotated[
        str | None, Field(description="the address of IPTC's Digital Source Type")
    ]
    reviewed: Annotated[bool, Field(description="a person has reviewed the machine's text")]
    reviewed_by: Annotated[str, Field(description="that user's name; readers do not get it")]
    image: dict[str, Any] | None
    correction: CorrectionNote | None
    body: Annotated[str, Field(description="as stored, in `body_format`")]
    body_format: Literal["markdown", "html"]
    publish_at: datetime | None
    embargoed_until: datetime | None
    top_until: datetime | None
    topics: list[NamedPage] | None
    authors: list[PersonName] | None
    external_id: str
    retraction_note: str
    warnings: Annotated[
        list[str], Field(description="what was left out of the new text; absent if nothing was")
    ] = LEFT_OUT


class ArticleList(BaseModel):
    items: list[Article]
    next: Annotated[str | None, Field(description="`before` of the next page; null at the end")]


class EditorNote(BaseModel):
    id: int
    text: str
    by: str
    created: datetime


class EditorNoteList(BaseModel):
    items: list[EditorNote]


class VersionLine(BaseModel):
    """A saved change of an article."""

    version: int
    act: str
    public: Annotated[bool, Field(description="readers have seen it")]
    note: str
    by: str
    created: datetime
    headline: str
    withdrawn: Annotated[bool, Field(description="its texts were removed")]
    responsible: Annotated[str, Field(description="who answers for a public version")]
    source_type: SourceType
    reviewed_by: str


class VersionList(BaseModel):
    items: list[VersionLine]
    next: Annotated[int | None, Field(description="`before` of the next page; null at the end")]


class VersionText(VersionLine):
    """A saved change of an article, with all fields as they stood after it."""

    summary: str
    body: str
    body_format: str
    fields: Annotated[dict[str, Any], Field(description="the other fields by name")]


class Error(BaseModel):
    detail: str
    field: Annotated[str, Field(description="the invalid field, if there is one")] = LEFT_OUT


class Conflict(Error):
    """The answer with 412: somebody has changed the article since the version in `If-Match`."""

    version: Annotated[int, Field(description="the present one")]
    changed: Annotated[
        list[str], Field(description="the fields that differ from the version in `If-Match`")
    ]
