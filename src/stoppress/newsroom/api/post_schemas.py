"""The schemas of requests and responses about posts of live stories."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from .payload import LEFT_OUT, Fields, Moment, New, Note, Payload
from .schemas import Answer


class PostFields(Fields):
    headline: Annotated[str, Field(description="may be empty where there is a `body`")] = LEFT_OUT
    language: Annotated[
        str, Field(description="a BCP 47 tag such as `de`; the story's own by default")
    ] = LEFT_OUT
    pinned: Annotated[
        bool, Field(strict=True, description="listed above the story's other posts")
    ] = LEFT_OUT
    occurred: Annotated[
        Moment | None,
        Field(description="when it happened; the time of publication by default"),
    ] = LEFT_OUT
    key_event: Annotated[
        bool, Field(strict=True, description="also listed among the story's key events")
    ] = LEFT_OUT


class NewPost(PostFields, New):
    """A post has a headline, a body, or both."""


class PostChanges(PostFields):
    """The fields to change; those left out stay as they are."""


class PostCorrection(PostFields):
    """The note about the error, and the corrected fields."""

    note: Note


class Move(Payload):
    """The story to which a post is moved."""

    article: Annotated[
        int, Field(strict=True, ge=1, le=2**63 - 1, description="the id of the live story")
    ]


class StoryOfPost(BaseModel):
    """The live story of a post."""

    id: int
    key: str
    url: str
    pub_status: Literal["usable", "withheld", "canceled"]


class Post(Answer):
    """A post as readers receive it, with fields for publishers.

    It is without text if the post, or its story, is canceled.
    """

    kind: Literal["post"]
    story: StoryOfPost
    occurred: datetime | None
    key_event: bool


class PostList(BaseModel):
    items: list[Post]
    next: Annotated[str | None, Field(description="`before` of the next page; null at the end")]
