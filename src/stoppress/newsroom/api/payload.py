"""Fields that the bodies of several requests share, and the reading of their values."""

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

# The default of a field that the caller left out. It is never read, because `model_fields_set` does
# not contain the field.
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


class Fields(Payload):
    """The fields of both articles and posts."""

    headline: str = LEFT_OUT
    body: Annotated[str, Field(description="Markdown, or HTML if `body_format` is `html`")] = (
        LEFT_OUT
    )
    body_format: Annotated[
        Literal["markdown", "html"], Field(description="of `body`; `markdown` by default")
    ] = LEFT_OUT
    byline: str = LEFT_OUT
    language: Annotated[
        str, Field(description="a BCP 47 tag such as `de`; the site's own by default")
    ] = LEFT_OUT
    pinned: Annotated[
        bool, Field(strict=True, description="listed above all others until it is unpinned")
    ] = LEFT_OUT
    authors: Annotated[
        list[str], Field(description="slugs of people; they replace the present ones")
    ] = LEFT_OUT
    source_type: Annotated[
        str,
        Field(
            description="how the text was made: `people` (a new article's default), `assisted`,"
            " `mixed`, `translated`, `machine`, `program`, IPTC's term for one of them as its"
            " address or as `digsrctype:…`; empty if not known"
        ),
    ] = LEFT_OUT
    publish_at: Annotated[Moment | None, Field(description="published at this time")] = LEFT_OUT
    embargoed_until: Annotated[
        Moment | None, Field(description="never published before this time")
    ] = LEFT_OUT


class New(Fields):
    """Options of a call that creates an article or a post, besides its fields."""

    pub_status: Annotated[
        Literal["usable", "withheld"], Field(description="`usable` publishes, `withheld` saves")
    ] = "usable"
    external_id: Annotated[
        str, Field(description="your own id; sending the same id again creates no second one")
    ] = LEFT_OUT
