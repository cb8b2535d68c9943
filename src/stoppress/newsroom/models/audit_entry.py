"""The audit: sign-ins, and changes of rights, tokens, pictures and backups, with their authors."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

NAME_CHARS = 150
ADDRESS_CHARS = 64
ONCE_CHARS = 255


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """Audit entries. `newsroom.auditing` writes them, and nothing changes them."""

    def forget(self, before: datetime, most: int) -> int:
        """Delete the oldest entries from before a time; return their number.

        Args:
            most: the largest number of entries to delete.
        """
        old = self.filter(time__lt=before).order_by("time")
        chosen = self.filter(pk__in=list(old.values_list("pk", flat=True)[:most]))
        return super(AuditEntryQuerySet, chosen).delete()[0]

    def bulk_create(
        self, objs: Iterable["AuditEntry"], *args: Any, **kwargs: Any
    ) -> list["AuditEntry"]:
        if kwargs.get("update_conflicts"):
            raise TypeError("An audit entry is never changed.")
        return super().bulk_create(objs, *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        raise TypeError("An audit entry is never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("An audit entry is never deleted.")


class AuditEntry(models.Model):
    """One act: its time, actor, address and object; never a text or a secret. Append-only."""

    class Act(models.TextChoices):
        SIGNED_IN = "signed_in", _("Signed in")
        SIGNED_OUT = "signed_out", _("Signed out")
        SIGN_IN_FAILED = "sign_in_failed", _("Sign-in failed: wrong password")
        CODE_FAILED = "code_failed", _("Sign-in failed: wrong code")
        SINGLE_SIGN_ON_REFUSED = "sso_refused", _("Single sign-on refused")
        NO_SUCH_ACCOUNT = "no_such_account", _("Sign-in failed: no such account")
        LOCKED = "locked", _("Account locked for an address")
        USER_MADE = "user_made", _("User created")
        USER_RENAMED = "user_renamed", _("User renamed")
        USER_DELETED = "user_deleted", _("User deleted")
        ACTIVATED = "activated", _("User activated")
        DEACTIVATED = "deactivated", _("User deactivated")
        STAFF_GIVEN = "staff_given", _("Staff status granted")
        STAFF_TAKEN = "staff_taken", _("Staff status removed")
        SUPERUSER_GIVEN = "superuser_given", _("Superuser status granted")
        SUPERUSER_TAKEN = "superuser_taken", _("Superuser status removed")
        PASSWORD_CHANGED = "password_changed", _("Password changed")
        EMAIL_CHANGED = "email_changed", _("E-mail address changed")
        FACTOR_SET_UP = "factor_set_up", _("Second factor set up")
        FACTOR_REMOVED = "factor_removed", _("Second factor removed")
        RECOVERY_CODES_MADE = "recovery_codes_made", _("Recovery codes created")
        LINKED = "linked", _("Linked with single sign-on")
        UNLINKED = "unlinked", _("Link with single sign-on removed")
        GROUPS_GIVEN = "groups_given", _("Added to groups")
        GROUPS_TAKEN = "groups_taken", _("Removed from groups")
        RIGHTS_GIVEN = "rights_given", _("Rights granted")
        RIGHTS_TAKEN = "rights_taken", _("Rights removed")
        GROUP_MADE = "group_made", _("Group created")
        GROUP_RENAMED = "group_renamed", _("Group renamed")
        GROUP_DELETED = "group_deleted", _("Group deleted")
        CONTRIBUTOR_ADDED = "contributor_added", _("Contributor added")
        CONTRIBUTOR_REMOVED = "contributor_removed", _("Contributor removed")
        TOKEN_MADE = "token_made", _("Token created")
        TOKEN_RENEWED = "token_renewed", _("Token renewed")
        TOKEN_CHANGED = "token_changed", _("Token changed")
        TOKEN_REVOKED = "token_revoked", _("Token revoked")
        TOKEN_DELETED = "token_deleted", _("Token deleted")
        TOKEN_USED = "token_used", _("Token used")
        TOKEN_REFUSED = "token_refused", _("Token refused")
        PICTURE_ADDED = "picture_added", _("Picture uploaded")
        PICTURE_CHANGED = "picture_changed", _("Picture changed")
        PICTURE_DELETED = "picture_deleted", _("Picture deleted")
        WEBHOOK_ADDED = "webhook_added", _("Webhook added")
        WEBHOOK_CHANGED = "webhook_changed", _("Webhook changed")
        WEBHOOK_ROTATED = "webhook_rotated", _("Webhook's secret renewed")
        WEBHOOK_ENABLED = "webhook_enabled", _("Webhook enabled")
        WEBHOOK_DISABLED = "webhook_disabled", _("Webhook disabled")
        WEBHOOK_SKIPPED = "webhook_skipped", _("Webhook's message skipped")
        WEBHOOK_DELETED = "webhook_deleted", _("Webhook deleted")
        BACKED_UP = "backed_up", _("Database copied")
        RESTORED = "restored", _("Backup restored")
        LEFT_OUT = "left_out", _("More entries of the same kind left out")

    class ActorKind(models.TextChoices):
        USER = "user", _("User")
        TOKEN = "token", _("Token")
        COMMAND = "command", _("Command")
        NOBODY = "nobody", _("Not signed in")

    time = models.DateTimeField(_("time"))
    act = models.CharField(_("act"), max_length=20, choices=Act)
    # Names are copied: an entry outlives its user, token or group.
    actor_kind = models.CharField(_("actor kind"), max_length=8, choices=ActorKind)
    actor = models.CharField(_("actor"), max_length=NAME_CHARS, blank=True)
    address = models.CharField(_("address"), max_length=ADDRESS_CHARS, blank=True)
    object_kind = models.CharField(_("object kind"), max_length=20, blank=True)
    object_id = models.CharField(_("object id"), max_length=40, blank=True)
    object_name = models.CharField(_("object name"), max_length=NAME_CHARS, blank=True)
    # Names of groups or rights, a token's scope, the reason of a refusal.
    detail = models.TextField(_("detail"), blank=True)
    # The key of an act that is recorded once in an hour or a day, with that hour or day.
    once = models.CharField(max_length=ONCE_CHARS, unique=True, null=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        default_permissions = ("view",)
        ordering = ["-time", "-pk"]
        indexes = [
            models.Index(fields=["time"], name="newsroom_audit_time"),
            models.Index(fields=["act", "time"], name="newsroom_audit_act"),
        ]

    def __str__(self) -> str:
        named = self.object_name or self.actor or gettext("nobody")
        return f"{self.get_act_display()}, {named}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("An audit entry is never changed.")
        # Otherwise a key that is given could be that of an entry that exists.
        super().save(*args, **kwargs | {"force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("An audit entry is never deleted.")
