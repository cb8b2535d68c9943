"""Permission to read a stream: for everyone, or for the users that its `may_read` accepts."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import Error

from stoppress.live import conf
from stoppress.live.hub.hub import Hub
from stoppress.live.protocol.names import OWN
from stoppress.live.protocol.refusals import (
    Refusal,
    cannot_be_read,
    no_such_stream,
    not_allowed,
    not_signed_in,
)
from stoppress.live.publishing.registry import NamedStream, find

from .identity import ConnectionUser
from .signouts import Signouts
from .site_hooks import ask_site, log_fault

# Seconds until a reader is checked again after the database failed.
RETRY_SECONDS = 2.0
# Seconds for which the check at the handshake still holds when the reader joins.
DOOR_SECONDS = 1.0
# Failed checks in a row after which a connected reader must leave.
FAILURES = 3


def asked_stream(name: str) -> NamedStream:
    """Return the registered stream that a client asks for.

    Raises:
        Refusal: there is no stream of that name, or it is one of live's own.
    """
    named = find(name)
    if named is None or name.startswith(OWN):
        raise no_such_stream(name)
    return named


def check_reader(named: NamedStream, user: Any) -> None:
    """Check that a user may read a stream; may read the database.

    Args:
        user: the reader as a user of Django's auth; None where there is none.

    Raises:
        Refusal: the reader is not signed in, or not allowed.
    """
    may_read = named.stream.may_read
    if may_read is None:
        return
    if user is None or not user.is_authenticated:
        raise not_signed_in(named.name)
    if not may_read(user, **named.parameters):
        raise not_allowed(named.name)


class Guard:
    """Checks whether a reader may read private streams: at the handshake, and regularly after.

    Attributes:
        asking: a check of the reader runs, or waits to run.
    """

    def __init__(self, scope: Any, streams: Sequence[NamedStream], signouts: Signouts) -> None:
        self._user = ConnectionUser(scope)
        self._signouts = signouts
        self._streams = streams
        self._asked_at: float | None = None
        self._let_in = False
        self._failures = 0
        self.asking = False

    @classmethod
    def of(cls, scope: Any, names: Iterable[str], hub: Hub) -> "Guard | None":
        """Return the guard of a reader, or None where all streams are public.

        Args:
            hub: the hub that the reader will join.

        Raises:
            Refusal: there is no such stream.
        """
        streams = [asked_stream(name) for name in names]
        private = [named for named in streams if not named.stream.public]
        return cls(scope, private, hub.companion(Signouts)) if private else None

    @property
    def session(self) -> str | None:
        """Return the mark of the reader's session, by which a sign-out finds the reader."""
        return self._user.mark

    async def listen(self) -> None:
        """Return once this process hears of sign-outs.

        Raises:
            Exception: the error that prevents it.
        """
        await self._signouts.watch()

    async def enter(self) -> Refusal | None:
        """Return the reason to refuse the reader, or None.

        Raises:
            Exception: as for `listen`.
        """
        # This comes first: from here on, a sign-out either refuses the reader or disconnects it.
        await self.listen()
        return await self.ask() or self._signed_out()

    async def recheck(self) -> Refusal | None:
        """Return the reason to refuse an admitted reader that joins now, or None."""
        # Between handshake and joining a sign-out finds no connection to end, so it is checked
        # here.
        refusal = self._signed_out()
        if refusal is None and self.due(asyncio.get_running_loop().time(), DOOR_SECONDS):
            refusal = await self.ask()
        return refusal

    async def ask(self) -> Refusal | None:
        """Return the reason why the reader may not read, or None.

        While the database fails, no new reader is admitted. A connected reader is dropped at the
        third failure in a row.
        """
        self._asked_at = asyncio.get_running_loop().time()
        if self._user.unknown:
            return self.signed_out()
        try:
            await ask_site(self._check)
        except Refusal as refusal:
            return refusal
        except Exception as error:
            log_fault(self._streams[0].stream.pattern, error)
            self._failures += 1
            passing = self._let_in and isinstance(error, Error | TimeoutError)
            return None if passing and self._failures < FAILURES else cannot_be_read()
        self._let_in = True
        self._failures = 0
        return None

    def due(self, now: float, seconds: float | None = None) -> bool:
        """Return whether the reader must be checked again.

        Args:
            now: the event loop's clock.
            seconds: how old the last check may be; RECHECK_SECONDS by default.
        """
        if self._asked_at is None:
            return True
        age = conf.get("RECHECK_SECONDS") if seconds is None else seconds
        return now - self._asked_at > (min(age, RETRY_SECONDS) if self._failures else age)

    def recheck_soon(self) -> None:
        """Have the reader checked again soon: a sign-out may have been missed."""
        self._asked_at = None

    def signed_out(self) -> Refusal:
        """Return the refusal of a reader whose session has ended."""
        return not_signed_in(self._streams[0].name)

    def _signed_out(self) -> Refusal | None:
        return self.signed_out() if self._signouts.has_ended(self.session) else None

    def _check(self) -> None:
        user = self._user.now()
        for named in self._streams:
            check_reader(named, user)
