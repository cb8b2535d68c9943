"""Django's sessions in the database, asked only for keys that it can have made."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """A session.

    A cookie that is quoted can spell a NUL, which PostgreSQL takes in no text: whoever sent one
    would be answered with an error of ours, and a traceback in the log.
    """

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key if session_key and session_key.isalnum() else None)
