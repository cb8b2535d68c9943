"""A reader's session, as it is now: read anew, whatever the handshake has remembered of it."""

import hashlib
from importlib import import_module
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings


async def reader_now(scope: Any) -> Any:
    """Return the user whom a connection's session names now; None without one."""
    session = scope.get("session")
    if session is None:
        return scope.get("user")
    return await sync_to_async(_reader_of)(session.session_key)


def session_mark(scope: Any) -> str | None:
    """Return what tells a connection's session from others, and gives nothing of its key away."""
    session = scope.get("session")
    key = session.session_key if session is not None else None
    return mark_of(key) if key else None


def mark_of(session_key: str) -> str:
    """Return the mark of a session's key: 128 bits of a hash of a secret."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:32]


def _reader_of(session_key: str | None) -> Any:
    # Only sites with django.contrib.auth have private streams, and only they can import it.
    auth = import_module("django.contrib.auth")
    engine = import_module(settings.SESSION_ENGINE)
    request = _Request(engine.SessionStore(session_key))
    return auth.get_user(request)


class _Request:
    """As much of a request as `django.contrib.auth.get_user` looks at."""

    def __init__(self, session: Any) -> None:
        self.session = session
