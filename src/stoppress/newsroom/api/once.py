"""Idempotency: a request with an `Idempotency-Key` is carried out once, even if sent repeatedly."""

import re
from typing import Annotated, TypeVar

from django.db import models
from ninja.params.functions import Header

from stoppress.newsroom.models import ApiToken, IdempotencyKey
from stoppress.newsroom.models.token import digest_of

from .errors import Refusal

HEADER = "Idempotency-Key"

# A structured string (RFC 8941 section 3.3.3), or the same without quotes, as many clients send it.
KEY = re.compile(r'"(?P<quoted>[ !#-\[\]-~]{1,255})"|(?P<bare>[!#-+\--~]{1,255})')

Made = TypeVar("Made", bound=models.Model)

Key = Annotated[
    str | None,
    Header(alias=HEADER, description="a request sent again within 48 hours is carried out once"),
]


class Once:
    """A request, recognised by its key. A request without a key counts as new each time."""

    def __init__(self, token: ApiToken, key: str | None, *content: object) -> None:
        """Identify a request.

        Args:
            key: the `Idempotency-Key` header, if there is one.
            content: everything that distinguishes the request from others.

        Raises:
            Refusal: 400, the key is malformed.
        """
        self.whose = str(token.pk)
        self.key = None if key is None else key_of(key)
        # `ascii`, because JSON can contain half a surrogate pair, which UTF-8 cannot encode.
        self.fingerprint = digest_of(ascii(content))

    def find(self, model: type[Made]) -> Made | None:
        """Return the object that the request has already made or changed; else None.

        Args:
            model: the object's model.

        Raises:
            Refusal: 422, the key was used for another request.
        """
        known = IdempotencyKey.of(self.whose, self.key) if self.key else None
        if known is None:
            return None
        made = known.found()
        if known.fingerprint != self.fingerprint or not isinstance(made, model):
            raise Refusal(422, "was used before for another request", HEADER)
        return made

    def remember(self, made: models.Model) -> None:
        """Record the request with its object, in the transaction that makes or changes it.

        Raises:
            IntegrityError: a simultaneous request with the same key was first.
        """
        if self.key:
            IdempotencyKey.remember(self.whose, self.key, self.fingerprint, made)


def key_of(header: str) -> str:
    """Return the key in an `Idempotency-Key` header.

    Raises:
        Refusal: 400, it is not a string of 1 to 255 printable ASCII characters.
    """
    match = KEY.fullmatch(header.strip())
    if match is None:
        raise Refusal(400, "must be 1 to 255 visible ASCII characters, such as a UUID", HEADER)
    return match["quoted"] or match["bare"]
