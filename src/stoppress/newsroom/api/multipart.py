"""Reads the body of an upload: one file and fields, as multipart/form-data (RFC 7578)."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja.errors import ValidationError
from pydantic import ValidationError as Faults

from stoppress.newsroom.publishing import InvalidField

from .errors import Refusal
from .payload import Payload

FILE = "file"


@dataclass(frozen=True)
class Sent:
    """An upload."""

    data: bytes
    fields: dict[str, Any]


def sent(request: HttpRequest, kind: type[Payload], most_bytes: int) -> Sent:
    """Return the file and the fields of an upload.

    Args:
        kind: the model of the fields that it may have.
        most_bytes: the largest size of the file.

    Raises:
        Refusal: 400, the body is malformed; 413, the file is too large; 415, it is not a form.
        InvalidField: there is not exactly one file.
        ValidationError: a field is unknown, or its value is not accepted.
    """
    if request.content_type != "multipart/form-data":
        raise Refusal(415, "The body must be sent with Content-Type: multipart/form-data.")
    try:
        files, words = request.FILES, request.POST
    except RequestDataTooBig:
        raise
    except (MultiPartParserError, SuspiciousOperation, UnreadablePostError) as error:
        raise Refusal(400, f"The body is not multipart/form-data: {error}") from error
    for name in files:
        if name != FILE:
            raise InvalidField(name, "is not a file of this call.")
    found = files.getlist(FILE)
    if not found:
        words_of = "must be sent as a file." if FILE in words else "is required."
        raise InvalidField(FILE, words_of)
    if len(found) > 1:
        raise InvalidField(FILE, "must be one file: upload each file in a separate call.")
    [file] = found
    if file.size is None or file.size > most_bytes:
        raise Refusal(413, f"The file is larger than {most_bytes} bytes.")
    return Sent(file.read(), _checked(words.lists(), kind))


def _checked(lists: Any, kind: type[Payload]) -> dict[str, Any]:
    values: dict[str, str] = {}
    for name, given in lists:
        if len(given) > 1:
            raise InvalidField(name, "is given twice.")
        values[name] = given[0]
    try:
        return kind.model_validate(values).model_dump(exclude_unset=True)
    except Faults as faults:
        entries = [{**each, "loc": ("form", *each["loc"])} for each in faults.errors()]
        raise ValidationError(entries) from faults


def described(kind: type[Payload]) -> dict[str, Any]:
    """Return the request's body for the OpenAPI description."""
    schema = kind.model_json_schema()
    schema["properties"] = {FILE: {"type": "string", "format": "binary"}, **schema["properties"]}
    schema["required"] = [FILE]
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
