"""Django's database sessions, looked up only by keys that Django could have created."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """A session whose key is ignored if it is not alphanumeric.

    A quoted cookie can contain a NUL, which PostgreSQL does not accept in text: the response would
    be a server error, with a traceback in the log.
    """

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key if session_key and session_key.isalnum() else None)
