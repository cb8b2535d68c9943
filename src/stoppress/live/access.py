"""Who may read a stream: everybody, or whom its registration lets."""

from collections.abc import Iterable
from typing import Any

from asgiref.sync import sync_to_async

from .refusals import no_such_stream, not_allowed, not_signed_in
from .registry import NamedStream, find


async def check_access(names: Iterable[str], user: Any) -> None:
    """Let a reader pass who may read each of the streams.

    Args:
        user: the reader, as Django's auth has it; None where nobody has asked.

    Raises:
        Refusal: there is no such stream, or it is not for this reader.
    """
    for name in names:
        named = find(name)
        if named is None:
            raise no_such_stream(name)
        if not named.stream.public:
            await sync_to_async(check_reader)(named, user)


def asks_private(names: Iterable[str]) -> bool:
    """Say whether a reader has to be known to be given these streams."""
    found = (find(name) for name in names)
    return any(named is not None and not named.stream.public for named in found)


def check_reader(named: NamedStream, user: Any) -> None:
    """Let a reader pass who may read a stream; may read the database.

    Raises:
        Refusal: the reader is not signed in, or is not allowed to.
    """
    may_read = named.stream.may_read
    if may_read is None:
        return
    if user is None or not user.is_authenticated:
        raise not_signed_in(named.name)
    if not may_read(user, **named.parameters):
        raise not_allowed(named.name)
