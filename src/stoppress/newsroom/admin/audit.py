"""The audit in the admin: a read-only list, for users with the permission to view it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from stoppress.newsroom.models import AuditEntry

from .refusals import Admin

# A group has dozens of rights; the entry's own page names them all.
SHOWN_CHARS = 100


@admin.register(AuditEntry)
class AuditEntryAdmin(Admin):
    """Entries of the audit. Nothing can be added, changed or deleted here."""

    actions = None
    list_display = ("when", "actor_kind", "who", "act", "on", "short", "address")
    list_filter = ("time", "act", "actor_kind")
    search_fields = ("actor", "object_name", "address")
    search_help_text = gettext_lazy("Searches actors, the objects of their acts, and addresses.")
    list_per_page = 100
    # The number of all entries would be counted for each search.
    show_full_result_count = False
    fields = ("when", "act", "actor_kind", "who", "address", "on", "detail")

    @admin.display(description=gettext_lazy("time"), ordering="time")
    def when(self, entry: AuditEntry) -> str:
        return f"{localtime(entry.time):%Y-%m-%d %H:%M:%S}"

    @admin.display(description=pgettext_lazy("audit", "by"), ordering="actor")
    def who(self, entry: AuditEntry) -> str:
        if entry.actor_kind == AuditEntry.ActorKind.TOKEN:
            return gettext("token %(name)s") % {"name": entry.actor}
        return entry.actor or entry.get_actor_kind_display()

    @admin.display(description=pgettext_lazy("audit", "on"), ordering="object_name")
    def on(self, entry: AuditEntry) -> str:
        return f"{entry.object_kind} {entry.object_name or entry.object_id}".strip()

    @admin.display(description=gettext_lazy("detail"))
    def short(self, entry: AuditEntry) -> str:
        return Truncator(entry.detail).chars(SHOWN_CHARS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
