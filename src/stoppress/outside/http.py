"""Ask a server outside: `get` a document, or `post` a message; with limits, never our own network.

Both raise `NoAnswer` (of which `NotAllowed` is one) when there is no whole answer within the rules.

The HTTP client is imported at the first request: it takes a tenth of the time in which a process
starts, and most processes, such as `stoppress doctor`, ask nobody.
"""

from collections.abc import Mapping
from importlib import import_module

from .answer import Answer
from .no_answer import NoAnswer, NotAllowed
from .rules import Rules, allowed, site_rules

__all__ = ["Answer", "NoAnswer", "NotAllowed", "Rules", "allowed", "get", "post", "site_rules"]


async def get(url: str, rules: Rules, headers: Mapping[str, str] | None = None) -> Answer:
    """Get a document, following redirects.

    The body is read for status 200 only. A compressed one is asked for by `Accept-Encoding` among
    the headers, and is the caller's to unpack.

    Raises:
        NotAllowed: an address is not allowed, there are too many redirects, or it is too large.
        NoAnswer: there was no whole answer.
    """
    answer: Answer = await import_module(".asking", __package__).get(url, rules, headers)
    return answer


async def post(url: str, body: bytes, headers: Mapping[str, str], rules: Rules) -> Answer:
    """Post a message once, and return the answer as soon as it is known; follow no redirect.

    The status is what counts: a body that is endless, slow or cut off is read up to 64 KiB and
    within the rules' time, and changes nothing.

    Args:
        headers: `Content-Type` among them.

    Raises:
        NotAllowed: the address is not allowed.
        NoAnswer: there was no status; the server may have read the message.
    """
    answer: Answer = await import_module(".asking", __package__).post(url, body, headers, rules)
    return answer
