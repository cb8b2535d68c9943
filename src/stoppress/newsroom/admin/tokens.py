"""The publish API's tokens in the admin: to be seen and revoked, made by the command alone."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from stoppress.newsroom.models import ApiToken

from .refusals import Admin


@admin.register(ApiToken)
class ApiTokenAdmin(Admin):
    """Tokens, without their secrets: those are nowhere kept."""

    list_display = fields = ("name", "created", "last_used", "revoked")
    search_fields = ("name",)
    actions = ["revoke_selected"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # its name stays with what it has published

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Tell whether a person may revoke: by Django's right to change tokens."""
        return bool(request.user.has_perm("newsroom.change_apitoken"))

    @admin.action(description="Revoke the selected tokens", permissions=["revoke"])
    def revoke_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for token in queryset.filter(revoked=None):
            token.revoke()
            self.log_change(request, token, "Revoked")
            messages.success(request, f"The token “{token}” is revoked.")
