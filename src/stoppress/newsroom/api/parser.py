"""Reads the body of a request: a JSON object of at most 1 MiB."""

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from .errors import NO_OBJECT, Refusal

LIMIT_BYTES = 1024 * 1024


class JsonParser(Parser):
    """Parses a body as strictly as RFC 8259 allows."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Return the body's JSON object.

        Raises:
            Refusal: 413 above 1 MiB, 415 for another content type, 400 if it is not a JSON object.
        """
        if len(request.body) > LIMIT_BYTES:
            raise Refusal(413, f"The body is larger than {LIMIT_BYTES} bytes.")
        if request.content_type != "application/json":
            raise Refusal(415, "The body must be sent with Content-Type: application/json.")
        try:
            # RFC 8259 section 8.1: JSON is UTF-8, whatever charset the header names.
            text = request.body.decode("utf-8")
            value: Any = json.loads(
                text, parse_constant=refuse_constant, object_pairs_hook=object_of
            )
        except (ValueError, RecursionError) as error:
            raise Refusal(400, f"The body is not JSON: {error}.") from error
        if not isinstance(value, dict):
            raise Refusal(400, NO_OBJECT)
        return value


def refuse_constant(name: str) -> None:
    """Refuse NaN and Infinity, which Python accepts but JSON does not have."""
    raise ValueError(f"{name} is not a JSON value")


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; refuse one that has a field twice, because its value is ambiguous."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("a field is given twice")
    return fields
