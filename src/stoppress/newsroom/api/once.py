"""Carry a request out once, however often it is sent with its `Idempotency-Key`."""

import re
from typing import Annotated

from ninja.params.functions import Header

from stoppress.newsroom.models import ApiToken, Article, IdempotencyKey
from stoppress.newsroom.models.token import digest_of

from .errors import Refusal

HEADER = "Idempotency-Key"

# A structured string (RFC 8941 section 3.3.3), or the same without its quotes, as many send it.
KEY = re.compile(r'"(?P<quoted>[ !#-\[\]-~]{1,255})"|(?P<bare>[!#-+\--~]{1,255})')

Key = Annotated[
    str | None,
    Header(alias=HEADER, description="sent again within 48 hours, it is carried out once"),
]


class Once:
    """A request, known by its key; one without a key is as new each time."""

    def __init__(self, token: ApiToken, key: str | None, *said: object) -> None:
        """Take a request.

        Args:
            key: the `Idempotency-Key` header, where there is one.
            said: all that tells it from another request.

        Raises:
            Refusal: 400, the key is malformed.
        """
        self.whose = str(token.pk)
        self.key = None if key is None else key_of(key)
        # Written so that it can be hashed whatever JSON can say, half a surrogate pair too.
        self.fingerprint = digest_of(ascii(said))

    def find(self) -> Article | None:
        """Return the article that the request has made or changed already.

        Raises:
            Refusal: 422, the key was used for another request.
        """
        known = IdempotencyKey.of(self.whose, self.key) if self.key else None
        if known is None:
            return None
        if known.fingerprint != self.fingerprint:
            raise Refusal(422, "was used before, with another request", HEADER)
        return known.article

    def remember(self, article: Article) -> None:
        """Tie the request to its article, in the transaction that makes or changes it.

        Raises:
            IntegrityError: the same request came in at the same moment, and was first.
        """
        if self.key:
            IdempotencyKey.remember(self.whose, self.key, self.fingerprint, article)


def key_of(header: str) -> str:
    """Return the key that an `Idempotency-Key` header holds.

    Raises:
        Refusal: 400, it is no string of 1 to 255 visible ASCII characters.
    """
    match = KEY.fullmatch(header.strip())
    if match is None:
        raise Refusal(400, "must be 1 to 255 visible ASCII characters, best a UUID", HEADER)
    return match["quoted"] or match["bare"]
