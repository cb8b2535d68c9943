"""The admin's log without texts of articles and pictures: it would keep them after a retraction."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from .refusals import Admin


class NamelessAdmin(Admin):
    """An admin whose log entries name a row by its number, such as `Article 42`."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        with transaction.atomic():
            return self._nameless([super().log_addition(request, obj, message)])[0]

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        with transaction.atomic():
            return self._nameless([super().log_change(request, obj, message)])[0]

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[LogEntry]:
        with transaction.atomic():
            return self._nameless(super().log_deletions(request, queryset))

    def _nameless(self, entries: Iterable[LogEntry]) -> list[LogEntry]:
        named = list(entries)
        for entry in named:
            entry.object_repr = f"{self.model.__name__} {entry.object_id}"
        LogEntry.objects.bulk_update(named, ["object_repr"])
        return named
