"""Requests to other servers: `get` a document or `post` a message, never from our own network.

Both raise `NoAnswer`, or its subclass `NotAllowed`, if there is no whole answer within the rules.

The HTTP client is imported at the first request: the import takes a tenth of the start of a
process, and most processes, such as `stoppress doctor`, make no request.
"""

from collections.abc import Mapping
from importlib import import_module

from .answer import Answer
from .no_answer import NoAnswer, NotAllowed
from .rules import Rules, allowed, site_rules

__all__ = ["Answer", "NoAnswer", "NotAllowed", "Rules", "allowed", "get", "post", "site_rules"]


async def get(url: str, rules: Rules, headers: Mapping[str, str] | None = None) -> Answer:
    """Get a document, following redirects.

    The body is read only for status 200. To get it compressed, set the header `Accept-Encoding`;
    the caller decompresses it.

    Raises:
        NotAllowed: an address is not allowed, there are too many redirects, or the body is too
            large.
        NoAnswer: there was no complete answer.
    """
    answer: Answer = await import_module(".asking", __package__).get(url, rules, headers)
    return answer


async def post(url: str, body: bytes, headers: Mapping[str, str], rules: Rules) -> Answer:
    """Post a message once, without following redirects, and return the answer.

    Only the status counts. At most 64 KiB of the body are read, within the time of the rules; a
    body that is longer, slow or cut off is no error.

    Args:
        headers: the headers, with a `Content-Type`.

    Raises:
        NotAllowed: the address is not allowed.
        NoAnswer: there was no status. The server may have read the message all the same.
    """
    answer: Answer = await import_module(".asking", __package__).post(url, body, headers, rules)
    return answer
