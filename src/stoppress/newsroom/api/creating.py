"""Make an article once, however often and from however many sides it is asked for."""

import re
from contextlib import suppress

from django.db import IntegrityError
from django.utils import timezone

from stoppress import live
from stoppress.newsroom.models import ApiToken, Article, IdempotencyKey
from stoppress.newsroom.models.token import Scope, digest_of
from stoppress.newsroom.publishing import (
    InvalidField,
    create_article,
    prepare,
    publish_article,
)

from .auth import require
from .errors import Refusal
from .fields import verb_fields
from .schemas import NewArticle

HEADER = "Idempotency-Key"

# A structured string (RFC 8941 section 3.3.3), or the same without its quotes, as many send it.
KEY = re.compile(r'"(?P<quoted>[ !#-\[\]-~]{1,255})"|(?P<bare>[!#-+\--~]{1,255})')


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
        self.token, self.whose = token, str(token.pk)
        self.key = None if key is None else key_of(key)
        # Checked before any look-up: JSON can say texts that a database cannot even search for.
        self.fields = prepare(verb_fields(said))
        self.fingerprint = digest_of(said.model_dump_json(exclude_defaults=True))
        self.public = said.pub_status == "usable"
        if self.public and self.fields.get("publish_at") is None:
            # An embargo alone holds an article back for ever; to publish is to say "at its end".
            self.fields["publish_at"] = self.fields.get("embargoed_until")
        if self.public or self.fields.get("publish_at") is not None:
            require(token, Scope.PUBLISH, "What becomes public, now or by itself,")

    def fulfil(self) -> tuple[Article, bool]:
        """Return the article, and whether it was made just now.

        Raises:
            Refusal: 422, the key was used for another body.
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
        known = IdempotencyKey.of(self.whose, self.key) if self.key else None
        if known is not None:
            if known.fingerprint != self.fingerprint:
                raise Refusal(422, "was used before, with another body", HEADER)
            return known.article
        external_id = self.fields.get("external_id")
        if not external_id:
            return None
        article = Article.objects.filter(source="", external_id=external_id).first()
        if article is not None and self.key:
            with suppress(IntegrityError), live.atomic():  # another request with the key was first
                IdempotencyKey.remember(self.whose, self.key, self.fingerprint, article)
        return article

    def make(self) -> Article:
        """Make the article, and publish it unless it is to wait; all or nothing."""
        with live.atomic():
            article = create_article(self.fields, by=self.token.name)
            if self.key:
                IdempotencyKey.remember(self.whose, self.key, self.fingerprint, article)
            opens_at = article.opens_at
            if self.public and (opens_at is None or opens_at <= timezone.now()):
                article = publish_article(article, by=self.token.name)
        return article


def key_of(header: str) -> str:
    """Return the key that an `Idempotency-Key` header holds.

    Raises:
        Refusal: 400, it is no string of 1 to 255 visible ASCII characters.
    """
    match = KEY.fullmatch(header.strip())
    if match is None:
        raise Refusal(400, "must be 1 to 255 visible ASCII characters, best a UUID", HEADER)
    return match["quoted"] or match["bare"]
