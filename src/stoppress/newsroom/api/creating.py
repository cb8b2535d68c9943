"""Create an article or a post once, even if the request is sent twice, or at the same moment."""

from contextlib import suppress

from django.db import IntegrityError

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.models import ApiToken, Article, SourceType
from stoppress.newsroom.publishing import (
    InvalidField,
    create_article,
    prepare,
    publish_article,
)
from stoppress.newsroom.rights import Verb, check_new, scope_of

from .auth import require
from .fields import verb_fields
from .once import Once
from .payload import New


class Creation:
    """A request for a new article, and the keys by which a repeated request is recognised."""

    def __init__(
        self, payload: New, token: ApiToken, key: str | None, story: Article | None = None
    ) -> None:
        """Check a request.

        Args:
            key: the `Idempotency-Key` header, if there is one.
            story: of a new post.

        Raises:
            Refusal: 400, the key is malformed; 403, the token may not publish.
            NoRight: the token may not write a field.
            InvalidField: a value is not accepted.
        """
        if story is not None and not (payload.headline or payload.body):
            # The same for an article and for a post, even if the post exists already.
            raise InvalidField("headline", "or text is required.")
        self.token, self.story = token, story
        where = () if story is None else (story.pk,)
        self.once = Once(token, key, payload.model_dump(exclude_defaults=True), *where)
        # Check before any lookup, because JSON can contain texts that a database cannot search for.
        self.fields = prepare(verb_fields(payload))
        self.fields.setdefault("source_type", SourceType.PEOPLE.value)
        self.public = payload.pub_status == "usable"
        if self.public and self.fields.get("publish_at") is None:
            # An embargo alone never publishes. To publish an article under embargo means to publish
            # it when the embargo ends.
            self.fields["publish_at"] = self.fields.get("embargoed_until")
        if self.public:
            require(token, scope_of(Verb.PUBLISH), "Publishing, now or later,")
        check_new(token, self.fields)

    def find_or_make(self) -> tuple[Article, bool]:
        """Return the article, and whether this call has made it.

        Raises:
            Refusal: 422, the key was used for another request.
            InvalidField, StreamBusy.
        """
        found = self.find()
        if found is not None:
            return found, False
        try:
            return self.make(), True
        except (IntegrityError, InvalidField):
            # A simultaneous request for the same article may have been first. The database's unique
            # constraints decide, and both callers get the same article.
            found = self.find()
            if found is None:
                raise
            return found, False

    def find(self) -> Article | None:
        """Return the article that this request has already made, by its key or `external_id`."""
        known = self.once.find(Article)
        if known is not None:
            return known
        external_id = self.fields.get("external_id")
        if not external_id:
            return None
        same = Article.objects.filter(source="", external_id=external_id)
        article = same.filter(parent__isnull=self.story is None).first()
        if article is None or (self.story is not None and not was_in(article, self.story)):
            return None
        with suppress(IntegrityError), live.atomic():  # another request with the key was first
            self.once.remember(article)
        return article

    def make(self) -> Article:
        """Create the article in one transaction, and publish it unless it has to wait."""
        with live.atomic():
            article = create_article(self.fields, parent=self.story, by=self.token.name)
            self.once.remember(article)
            opens_at = article.opens_at
            if self.public and (opens_at is None or opens_at <= database_time()):
                article = publish_article(article, by=self.token.name)
        return article


def was_in(post: Article, story: Article) -> bool:
    """Return whether a post is in a story, or was before it was moved."""
    return post.parent_id == story.pk or post.versions.filter(fields__story=story.pk).exists()
