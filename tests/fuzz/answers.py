"""Parse the answers of a server on one connection."""

import re
from dataclasses import dataclass

STATUS_LINE = re.compile(rb"HTTP/1\.1 (\d{3}) [^\r\n]*\r\n")
# A header of the echo's answers; the server's refusals do not have it.
MARK = "understood"
# Statuses of answers without a body.
WITHOUT_BODY = {204, 304}


class Garbled(Exception):
    """The bytes are not an HTTP answer."""


@dataclass(frozen=True)
class Answer:
    """One answer, with its body."""

    status: int
    headers: dict[str, str]
    body: bytes
    raw: bytes

    @property
    def closes(self) -> bool:
        """Return whether the answer says that the connection is closed after it."""
        return "close" in self.headers.get("connection", "").lower()


@dataclass(frozen=True)
class Answers:
    """All answers so far.

    Attributes:
        rest: the bytes of an incomplete answer; after a 101, the frames.
        upgraded: whether the last answer is a 101.
    """

    answers: list[Answer]
    rest: bytes
    upgraded: bool = False


def read_answers(data: bytes, methods: list[str], ended: bool) -> Answers:
    """Return the answers in the bytes that a server has sent.

    Args:
        methods: the methods of the requests, since an answer to HEAD has no body.
        ended: whether the server has ended the connection.

    Raises:
        Garbled: the bytes are not answers.
    """
    found: list[Answer] = []
    at = 0
    while at < len(data):
        end = data.find(b"\r\n\r\n", at)
        if end < 0:
            if not b"HTTP/1.1 ".startswith(data[at : at + 9]):
                raise Garbled(data[at : at + 80])
            break
        begin, head = at, data[at : end + 4]
        status, headers = read_head(head)
        at = end + 4
        if status == 101:
            found.append(Answer(status, headers, b"", head))
            return Answers(found, data[at:], upgraded=True)
        if status < 200:
            continue
        method = methods[len(found)] if len(found) < len(methods) else ""
        whole = read_body(data, at, status, headers, method, ended)
        if whole is None:
            return Answers(found, data[begin:])
        body, at = whole
        found.append(Answer(status, headers, body, data[begin:at]))
    return Answers(found, data[at:])


def read_head(head: bytes) -> tuple[int, dict[str, str]]:
    """Return the status and the headers of an answer's head."""
    begun = STATUS_LINE.match(head)
    if begun is None:
        raise Garbled(head[:80])
    headers = {}
    for text in head[begun.end() : -4].split(b"\r\n") if begun.end() < len(head) - 2 else []:
        name, colon, value = text.partition(b":")
        if not colon:
            raise Garbled(head[:80])
        headers[name.decode("latin-1").lower()] = value.strip().decode("latin-1")
    return int(begun[1]), headers


def read_body(
    data: bytes, at: int, status: int, headers: dict[str, str], method: str, ended: bool
) -> tuple[bytes, int] | None:
    """Return a body and its end; None if it is incomplete."""
    if status in WITHOUT_BODY or method == "HEAD":
        # A server that could not read a request does not know that it was a HEAD.
        if "close" in headers.get("connection", "") and data[at:] and data[at : at + 5] != b"HTTP/":
            return b"", len(data)
        return b"", at
    if "content-length" in headers:
        end = at + int(headers["content-length"])
        # Or the server did know it, and the refusal of an unreadable request has no body.
        if ended and method == "" and "close" in headers.get("connection", "").lower():
            end = min(end, len(data))
        return (data[at:end], end) if len(data) >= end else None
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return read_chunks(data, at)
    return (data[at:], len(data)) if ended else None


def read_chunks(data: bytes, at: int) -> tuple[bytes, int] | None:
    """Return a chunked body and its end; None if it is incomplete."""
    parts = []
    while (end := data.find(b"\r\n", at)) >= 0:
        size, at = int(data[at:end], 16), end + 2
        if len(data) < at + size + 2:
            return None
        parts.append(data[at : at + size])
        at += size + 2
        if not size:
            return b"".join(parts), at
    return None
