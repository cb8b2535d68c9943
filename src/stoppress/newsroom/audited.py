"""Starts the audit when imported, which the app does when it is ready."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import ManyToManyField

from stoppress.live.backups.signals import backed_up, restored

from .auditing import accounts, copies, pictures, tokens
from .auditing.grants import Grants
from .auditing.watch import Watch
from .models import ApiToken, Contributor, Picture


def watches() -> list[Watch | Grants]:
    """Return the watches of users, groups, contributors, tokens and pictures."""
    user: Any = get_user_model()
    kept = [
        name for name in (*accounts.FLAGS, user.get_email_field_name()) if name in _stored(user)
    ]
    fields = [user.USERNAME_FIELD, "password", *kept]
    watched: list[Watch | Grants] = [
        Watch(user, fields, accounts.user_told, accounts.user_deleted),
        Watch(Group, ["name"], accounts.group_told, accounts.group_deleted),
        Watch(
            *(Contributor, ["user_id"], accounts.contributor_told, accounts.contributor_deleted),
            accounts.contributor_thing,
        ),
        Watch(ApiToken, tokens.FIELDS, tokens.token_told, tokens.token_deleted),
        Watch(
            *(Picture, pictures.FIELDS, pictures.picture_told, pictures.picture_deleted),
            pictures.picture_thing,
        ),
    ]
    # A custom user model may have no groups and no permissions.
    held = [(user, "groups"), (user, "user_permissions"), (Group, "permissions")]
    for model, name in held:
        field = _stored(model).get(name)
        if isinstance(field, ManyToManyField):
            watched.append(Grants(field))
    return watched


def _stored(model: Any) -> dict[str, Any]:
    return {field.name: field for field in model._meta.get_fields()}


for watch in watches():
    watch.connect()
backed_up.connect(copies.record_backup)
restored.connect(copies.record_restore)
