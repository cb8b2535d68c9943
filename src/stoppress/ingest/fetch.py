"""Fetch a document: ask whether it changed, and unpack it."""

from http import HTTPStatus

from stoppress.newsroom.phrase import Phrase
from stoppress.outside.http import NoAnswer, Rules, allowed, get

from .outcome import Fetched, FetchError, NotModified, Outcome
from .unpack import CannotUnpack, unpack

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)


async def fetch(
    url: str, *, etag: str = "", last_modified: str = "", rules: Rules | None = None
) -> Outcome:
    """Get a document, following redirects.

    Args:
        url: an http or https address.
        etag, last_modified: the validators of the stored copy, as the server sent them.
        rules: the limits; `max_bytes` counts both packed and unpacked.
    """
    rules = rules or Rules()
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    asked = {name: value for name, value in conditions.items() if value}
    try:
        answer = await get(url, rules, _HEADERS | asked)
    except NoAnswer as error:
        return FetchError(Phrase(error.text, **error.values))
    if answer.status == HTTPStatus.NOT_MODIFIED and asked:
        return NotModified(headers=answer.headers)
    if answer.status != HTTPStatus.OK:
        return FetchError(
            Phrase("The server answered %(status)s.", status=answer.said),
            answer.status,
            answer.headers.get("retry-after", ""),
            redirected=answer.url != str(allowed(url, rules)),
        )
    # The validators are not compared: some servers send new text with the old tag.
    packing = answer.headers.get("content-encoding", "")
    try:
        body = unpack(answer.body, packing, rules.max_bytes)
    except CannotUnpack as error:
        return FetchError(error.args[0])
    return Fetched(body, answer.url, headers=answer.headers)


_HEADERS = {"Accept": ACCEPT, "Accept-Encoding": "gzip, deflate"}
