"""What a caller may say, and what an article in an answer looks like."""

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

# Stands for "left out": what the caller did not name is not in `model_fields_set`, and never read.
LEFT_OUT: Any = None
ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]")


def written(value: object) -> object:
    """Refuse a time given as a number, in quotes or not, whose unit one could only guess."""
    if not isinstance(value, str) or not ISO.match(value.strip()):
        raise ValueError("must be a time such as 2026-11-22T09:00:00Z")
    return value


def in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("is outside the years 1 to 9999") from error


# Lengths and characters are for the newsroom's verbs to check: they do so for every caller.
Headline = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Note = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    Field(description="public; says what was wrong"),
]
Moment = Annotated[AwareDatetime, BeforeValidator(written), AfterValidator(in_utc)]


class Said(BaseModel):
    """A body in which a field we do not know is an error: a misspelt one must not be lost."""

    model_config = ConfigDict(extra="forbid")


class ArticleFields(Said):
    headline: Headline = LEFT_OUT
    body: Annotated[str, Field(description="Markdown, or HTML where `body_format` says so")] = (
        LEFT_OUT
    )
    body_format: Annotated[
        Literal["markdown", "html"], Field(description="of `body`; `markdown` where left out")
    ] = LEFT_OUT
    summary: str = LEFT_OUT
    byline: str = LEFT_OUT
    located: Annotated[str, Field(description="where it was written, such as a city")] = LEFT_OUT
    section: Annotated[str | None, Field(description="a section's slug")] = LEFT_OUT
    language: Annotated[
        str, Field(description="a BCP 47 tag such as `de`; the site's own where left out")
    ] = LEFT_OUT
    urgency: Annotated[
        int, Field(strict=True, ge=1, le=9, description="1 is breaking news, 5 is normal")
    ] = LEFT_OUT
    pinned: Annotated[bool, Field(strict=True)] = LEFT_OUT
    publish_at: Annotated[Moment | None, Field(description="show it at this time")] = LEFT_OUT
    embargoed_until: Annotated[Moment | None, Field(description="not before this time")] = LEFT_OUT


class NewArticle(ArticleFields):
    headline: Headline
    pub_status: Annotated[
        Literal["usable", "withheld"], Field(description="`usable` publishes, `withheld` saves")
    ] = "usable"
    external_id: Annotated[
        str, Field(description="your own name for it; sent again, it makes no second article")
    ] = LEFT_OUT


class Changes(ArticleFields):
    """The fields to change; those left out stay as they are."""


class Correction(ArticleFields):
    """What was wrong, and the fields put right."""

    note: Note


class Retraction(Said):
    """Why the text is withdrawn."""

    note: Note


class Remark(Said):
    """A public note for the article's history."""

    note: Annotated[str, Field(description="public")] = ""


class SectionName(BaseModel):
    slug: str
    name: str
    url: str


class CorrectionNote(BaseModel):
    text: str
    date: datetime


class Article(BaseModel):
    """An item of the wire with what only publishers see; a canceled one has no text."""

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
    section: SectionName | None
    urgency: int
    pinned: bool
    pub_status: Literal["usable", "withheld", "canceled"]
    first_published: datetime | None
    version_created: datetime
    image: dict[str, Any] | None
    correction: CorrectionNote | None
    body: Annotated[str, Field(description="as stored, in `body_format`")]
    body_format: Literal["markdown", "html"]
    publish_at: datetime | None
    embargoed_until: datetime | None
    external_id: str
    retraction_note: str
    warnings: Annotated[
        list[str], Field(description="what was left out of the text just written; else not there")
    ] = LEFT_OUT


class ArticleList(BaseModel):
    items: list[Article]
    next: Annotated[str | None, Field(description="`before` of the next page; null at the end")]


class Error(BaseModel):
    detail: str
    field: Annotated[str, Field(description="the field at fault, where there is one")] = LEFT_OUT
