"""The user of a connection, by its token or session: read each time, never written."""

import hashlib
from importlib import import_module
from traceback import extract_tb
from typing import Any

from django.conf import settings
from django.db import Error
from django.http import parse_cookie
from django.utils.module_loading import import_string

from stoppress.live import conf

from .origin import is_of_this_site
from .token import token_of

# The parts of a scope that the site's token function gets: the rest is large.
READER_SEES = ("type", "path", "query_string", "headers", "client")


class ConnectionUser:
    """The user of a connection.

    A bearer token takes precedence, if the site has a function that reads it
    (`STOPPRESS_LIVE["READER"]`). Without a token it is the session's user, or the one that the
    site's own middleware set. A page of another origin needs a token: its cookies do not count.

    Attributes:
        mark: identifies the session without revealing its key. None without a session, and where
            the user does not come from the session.
    """

    def __init__(self, scope: Any) -> None:
        self._token = token_of(scope) if conf.text("READER") else None
        self._scope = {name: scope.get(name) for name in READER_SEES} if self._token else None
        self._given = self._session = self._key = self.mark = None
        if self._token is not None or not is_of_this_site(scope):
            return
        self._given = scope.get("user")
        self._session = scope.get("session")
        self._key = self._session.session_key if self._session is not None else _cookie(scope)
        self.mark = mark_of(self._key) if self._key and self._given_by_session() else None

    @property
    def unknown(self) -> bool:
        """Return whether the user cannot be determined."""
        return self._given is None and not self._key and not self._token

    def now(self) -> Any:
        """Return the present user, as of Django's auth; may read the database."""
        if self._token:
            return _user_of_token(self._token, self._scope)
        if self._given is not None and not self._is_of_session():
            self.mark = None
            return self._given
        return _user_of(self._key) if self._key else None

    def _given_by_session(self) -> bool:
        return self._given is None or self._session is not None

    def _is_of_session(self) -> bool:
        # The session when the site's middleware read it; it may have ended since.
        if self._session is None:
            return False
        auth = import_module("django.contrib.auth")
        return bool(self._session.get(auth.SESSION_KEY) == str(getattr(self._given, "pk", None)))


def _user_of_token(token: str, scope: Any) -> Any:
    """Return the user that the site's function finds for a token.

    Raises:
        TokenUnread, Error: the function or its database failed. The function's own message is left
            out, since it may contain the token.
    """
    path = conf.text("READER")
    try:
        return import_string(path)(token, scope)
    except Exception as error:
        *_, last = extract_tb(error.__traceback__)
        words = f"{path} raised {type(error).__name__} in {last.filename}, line {last.lineno}"
        raise (Error if isinstance(error, Error) else TokenUnread)(words) from None


class TokenUnread(Exception):
    """The site's token function failed."""


def mark_of(session_key: str) -> str:
    """Return the mark of a session: 128 bits of the hash of its key, which is secret."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:32]


def _cookie(scope: Any) -> str | None:
    # HTTP/2 may split the header (RFC 9113, section 8.2.3).
    lines = [value for name, value in scope["headers"] if name == b"cookie"]
    cookies = parse_cookie(b"; ".join(lines).decode("latin1"))
    key = cookies.get(settings.SESSION_COOKIE_NAME, "")
    # PostgreSQL rejects NUL, which a quoted cookie can contain.
    return key if key and key.isprintable() else None


def _user_of(session_key: str) -> Any:
    # Only sites with django.contrib.auth have private streams, and only they can import it.
    auth = import_module("django.contrib.auth")
    engine = import_module(settings.SESSION_ENGINE)
    return auth.get_user(_Request(_Copy(engine.SessionStore(session_key).items())))


class _Copy(dict[str, Any]):
    """A copy of a session's values. Django may change it without changing the reader's session.

    `get_user` gives a session a new key if a fallback of SECRET_KEY signed it, and ends a session
    whose password was changed. The browser would not be informed over this connection.
    """

    def cycle_key(self) -> None:
        """Keep the key."""

    def flush(self) -> None:
        """Clear the copy."""
        self.clear()


class _Request:
    """The part of a request that `django.contrib.auth.get_user` uses."""

    def __init__(self, session: _Copy) -> None:
        self.session = session
