"""Django's database sessions, which end by the database's clock and have only Django's keys."""

from datetime import datetime
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.sessions.backends import db
from django.db.models import QuerySet
from django.db.models.functions import Now

from stoppress.live.clock import database_time

# Rows deleted at once: few, so that no publisher waits for long.
BATCH = 500


def forget_expired_sessions(now: datetime) -> bool:
    """Delete a batch of expired sessions; return whether there may be more of them.

    Args:
        now: the database's time.
    """
    rows = SessionStore.get_model_class().objects
    batch = list(rows.filter(expire_date__lt=now).values_list("pk", flat=True)[:BATCH])
    rows.filter(pk__in=batch).delete()
    return len(batch) == BATCH


class SessionStore(db.SessionStore):
    """A session whose key is ignored if it is not alphanumeric.

    A quoted cookie can contain a NUL, which PostgreSQL does not accept in text: the response would
    be a server error, with a traceback in the log.
    """

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key if session_key and session_key.isalnum() else None)

    def load(self) -> dict[str, Any]:
        return self._content(self._rows().first())

    async def aload(self) -> dict[str, Any]:
        return self._content(await self._rows().afirst())

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        session = super().create_model_instance(data)
        session.expire_date = self.get_expiry_date(modification=database_time())
        return session

    async def acreate_model_instance(self, data: dict[str, Any]) -> Any:
        session = await super().acreate_model_instance(data)
        now = await sync_to_async(database_time)()
        session.expire_date = await self.aget_expiry_date(modification=now)
        return session

    @classmethod
    def clear_expired(cls) -> None:
        cls.get_model_class().objects.filter(expire_date__lt=Now()).delete()

    @classmethod
    async def aclear_expired(cls) -> None:
        await cls.get_model_class().objects.filter(expire_date__lt=Now()).adelete()

    def _rows(self) -> QuerySet[Any]:
        """Return this session's row as long as it has not expired."""
        rows: QuerySet[Any] = self.model.objects.filter(session_key=self.session_key)
        return rows.filter(expire_date__gt=Now())

    def _content(self, row: Any) -> dict[str, Any]:
        if row is None:
            self._session_key = None
            return {}
        content: dict[str, Any] = self.decode(row.session_data)
        return content
