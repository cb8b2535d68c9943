"""Make an article once, however often and from however many sides it is asked for."""

from contextlib import suppress

from django.db import IntegrityError
from django.utils import timezone

from stoppress import live
from stoppress.newsroom.models import ApiToken, Article
from stoppress.newsroom.models.token import Scope
from stoppress.newsroom.publishing import (
    InvalidField,
    create_article,
    prepare,
    publish_article,
)

from .auth import require
from .fields import verb_fields
from .once import Once
from .schemas import NewArticle


class Order:
    """A caller's wish for an article, and what tells it from other wishes."""

    def __init__(self, said: NewArticle, token: ApiToken, key: str | None) -> None:
        """Take a wish.

        Args:
            key: the `Idempotency-Key` header, where there is one.

        Raises:
            Refusal: 400, the key is malformed; 403, the token may not publish.
            InvalidField: the newsroom cannot accept a value.
        """
        self.token = token
        self.once = Once(token, key, said.model_dump(exclude_defaults=True))
        # Checked before any look-up: JSON can say texts that a database cannot even search for.
        self.fields = prepare(verb_fields(said))
        self.public = said.pub_status == "usable"
        if self.public and self.fields.get("publish_at") is None:
            # An embargo alone holds an article back for ever; to publish is to say "at its end".
            self.fields["publish_at"] = self.fields.get("embargoed_until")
        if self.public or self.fields.get("publish_at") is not None:
            require(token, Scope.PUBLISH, "What becomes public, now or by itself,")

    def fulfil(self) -> tuple[Article, bool]:
        """Return the article, and whether it was made just now.

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
            # The same order may have come in twice at one moment and the other was first: the
            # database's unique constraints decide, and both callers get the one article.
            found = self.find()
            if found is None:
                raise
            return found, False

    def find(self) -> Article | None:
        """Return the article that this order has already made, under its key or its own name."""
        known = self.once.find()
        if known is not None:
            return known
        external_id = self.fields.get("external_id")
        if not external_id:
            return None
        article = Article.objects.filter(source="", external_id=external_id).first()
        if article is not None:
            with suppress(IntegrityError), live.atomic():  # another request with the key was first
                self.once.remember(article)
        return article

    def make(self) -> Article:
        """Make the article, and publish it unless it is to wait; all or nothing."""
        with live.atomic():
            article = create_article(self.fields, by=self.token.name)
            self.once.remember(article)
            opens_at = article.opens_at
            if self.public and (opens_at is None or opens_at <= timezone.now()):
                article = publish_article(article, by=self.token.name)
        return article
