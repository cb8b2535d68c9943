"""The schemas of the API's requests and responses."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from .payload import LEFT_OUT, Fields, Headline, Moment, New, Note, Payload, SourceType
from .picture_schemas import ShownPicture


class ArticleFields(Fields):
    headline: Headline = LEFT_OUT
    kind: Annotated[
        Literal["article", "live"],
        Field(description="`live` is a story with posts; fixed once it was public"),
    ] = LEFT_OUT
    summary: str = LEFT_OUT
    located: Annotated[str, Field(description="where it was written, such as a city")] = LEFT_OUT
    section: Annotated[str | None, Field(description="a section's slug")] = LEFT_OUT
    image: Annotated[
        int | None,
        Field(
            strict=True,
            ge=1,
            le=2**63 - 1,
            description="the id of an uploaded picture, shown on the page and in lists; or null",
        ),
    ] = LEFT_OUT
    urgency: Annotated[
        int, Field(strict=True, ge=1, le=9, description="1 is breaking news, 5 is normal")
    ] = LEFT_OUT
    top_until: Annotated[
        Moment | None,
        Field(description="until then an article of urgency 1 to 3 is listed above the others"),
    ] = LEFT_OUT
    topics: Annotated[list[str], Field(description="slugs; they replace the present ones")] = (
        LEFT_OUT
    )
    quiet_hours: Annotated[
        int | None,
        Field(
            strict=True,
            ge=1,
            le=720,
            description="a live story's coverage closes automatically after this many hours"
            " without a change; null: it does not",
        ),
    ] = LEFT_OUT


class NewArticle(ArticleFields, New):
    headline: Headline


class Changes(ArticleFields):
    """The fields to change; those left out stay as they are."""


class Correction(ArticleFields):
    """The note about the error, and the corrected fields."""

    note: Note


class Retraction(Payload):
    """Why the text is withdrawn."""

    note: Note


class Remark(Payload):
    """A public note for the article's history."""

    note: Annotated[str, Field(description="public")] = ""


class Coverage(Payload):
    """Whether a live story goes on."""

    state: Literal["open", "paused", "closed"]


class Nothing(Payload):
    """A call without fields; its body may be left out."""


class DeskNote(Payload):
    """The note with a draft that is sent back: what is missing in it."""

    note: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1),
        Field(description="for the desk; never public"),
    ]


class DeskRemark(Payload):
    """Why a draft is discarded or reopened."""

    note: Annotated[str, Field(description="for the desk; never public")] = ""


class NewNote(Payload):
    """A note for other editors."""

    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1),
        Field(description="never public"),
    ]


class Withdrawal(DeskNote):
    """Why a version's text is withdrawn, and the other versions with that text."""

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


class Answer(BaseModel):
    """The fields of both articles and posts in an answer."""

    id: int
    key: str
    version: int
    order: str | None
    uri: str
    language: str
    direction: Literal["ltr", "rtl"]
    url: str
    headline: str
    byline: str
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
    correction: CorrectionNote | None
    body: Annotated[str, Field(description="as stored, in `body_format`")]
    body_format: Literal["markdown", "html"]
    publish_at: datetime | None
    publish_failed: Annotated[
        str, Field(description="why the schedule could not publish the draft; empty if it could")
    ]
    embargoed_until: datetime | None
    authors: list[PersonName] | None
    external_id: str
    retraction_note: str
    warnings: Annotated[
        list[str], Field(description="the parts of the text that were left out; absent if none")
    ] = LEFT_OUT
    questions: Annotated[
        list[str],
        Field(description="questions about missing parts, such as an alternative text; or absent"),
    ] = LEFT_OUT


class Article(Answer):
    """An article as readers receive it, with fields for publishers; without text if canceled."""

    kind: Literal["article", "live"]
    summary: str
    located: str
    section: NamedPage | None
    urgency: int
    breaking: Annotated[bool, Field(description="public, of urgency 1, and its time is not over")]
    image: ShownPicture | None
    top_until: datetime | None
    topics: list[NamedPage] | None
    coverage: Annotated[
        Literal["open", "paused", "closed"] | None,
        Field(description="only of a live story, like the next fields; null before it was public"),
    ] = LEFT_OUT
    coverage_started: datetime | None = LEFT_OUT
    coverage_changed: datetime | None = LEFT_OUT
    coverage_ended: Annotated[
        datetime | None, Field(description="null unless the coverage is closed")
    ] = LEFT_OUT
    quiet_hours: int | None = LEFT_OUT


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
    responsible: Annotated[
        str, Field(description="the user, token or feed responsible for a public version")
    ]
    story: Annotated[
        int | None, Field(description="the id of the story that a post was in; null for articles")
    ]
    source_type: SourceType
    reviewed_by: str


class VersionList(BaseModel):
    items: list[VersionLine]
    next: Annotated[int | None, Field(description="`before` of the next page; null at the end")]


class VersionText(VersionLine):
    """A saved change of an article, with all fields after it."""

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
