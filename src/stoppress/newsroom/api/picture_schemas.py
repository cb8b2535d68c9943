"""The schemas of requests and responses about pictures."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from .payload import LEFT_OUT, Payload

Percent = Annotated[int, Field(ge=0, le=100)]
FOCUS = "of the point that stays visible where a part is shown, in percent from the"


class NewPicture(Payload):
    """The description of a picture. Missing fields are taken from the file's metadata."""

    alt: Annotated[str, Field(description="what it shows, for those who cannot see it")] = LEFT_OUT
    caption: Annotated[str, Field(description="shown below it")] = LEFT_OUT
    credit: Annotated[str, Field(description="who made it")] = LEFT_OUT
    focus_x: Annotated[Percent, Field(description=f"{FOCUS} left")] = LEFT_OUT
    focus_y: Annotated[Percent, Field(description=f"{FOCUS} top")] = LEFT_OUT


class PictureChanges(NewPicture):
    """The fields to change; those left out stay as they are."""

    focus_x: Annotated[Percent, Field(strict=True, description=f"{FOCUS} left")] = LEFT_OUT
    focus_y: Annotated[Percent, Field(strict=True, description=f"{FOCUS} top")] = LEFT_OUT


class Rendition(BaseModel):
    """One file of a picture."""

    url: str
    width: int
    height: int
    type: Annotated[str, Field(description="`image/webp` or `image/jpeg`")]


class ShownPicture(BaseModel):
    """A picture as readers receive it."""

    id: int
    url: Annotated[str, Field(description="of the largest JPEG")]
    alt: str
    caption: str
    credit: str
    width: int
    height: int
    focus: Annotated[list[int], Field(description="percent from the left and from the top")]
    renditions: list[Rendition]


class Picture(ShownPicture):
    """A picture as readers receive it, with fields for publishers."""

    reference: Annotated[str, Field(description="by which a text names it: `picture:42`")]
    uses: Annotated[int, Field(description="how many articles and posts use it")]
    by: Annotated[str, Field(description="who uploaded it")]
    uploaded: datetime
    questions: Annotated[
        list[str], Field(description="questions about missing texts; absent if nothing is missing")
    ] = LEFT_OUT


class PictureList(BaseModel):
    items: list[Picture]
    next: Annotated[int | None, Field(description="`before` of the next page; null at the end")]
