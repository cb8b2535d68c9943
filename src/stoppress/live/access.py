"""Who may read a stream: everybody, or whom its registration lets."""

from collections.abc import Iterable
from typing import Any

from asgiref.sync import sync_to_async

from .refusals import Refusal, no_such_stream, not_allowed, not_signed_in
from .registry import NamedStream, find
from .sessions import reader_now, session_mark


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


class Guard:
    """Asks again, while a reader of private streams is connected.

    Attributes:
        session: the mark of the reader's session, by which a sign-out finds the reader.
        asked_at: when it was asked last, by the event loop's clock; None before the first time.
    """

    def __init__(self, scope: Any, names: Iterable[str]) -> None:
        self._scope = scope
        self._names = list(names)
        self.session = session_mark(scope)
        self.asked_at: float | None = None

    @classmethod
    def of(cls, scope: Any, names: Iterable[str]) -> "Guard | None":
        """Return the guard of a reader, or None where all may be read by everybody."""
        return cls(scope, names) if asks_private(names) else None

    async def ask(self) -> Refusal | None:
        """Return why the reader may not go on, or None."""
        try:
            await check_access(self._names, await reader_now(self._scope))
        except Refusal as refusal:
            return refusal
        return None

    def signed_out(self) -> Refusal:
        """Return the refusal of a reader whose session has ended."""
        return not_signed_in(self._names[0])
