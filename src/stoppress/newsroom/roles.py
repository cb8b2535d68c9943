"""The newsroom's groups, and the rights that each gets once, after a migration."""

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import connections, router, transaction

from .verb import Verb

# Verbs on public articles and other users' drafts. Before roles existed, the right to change
# articles included all of them.
DESK = [
    *(Verb.NOTE, Verb.SUBMIT, Verb.SEND_BACK, Verb.DISCARD, Verb.SCHEDULE, Verb.PUBLISH),
    *(Verb.UPDATE, Verb.CORRECT, Verb.RETRACT, Verb.RESTORE, Verb.PIN),
]
# Models whose rows a chief adds, changes and deletes.
CHIEFS = [
    *("newsroom.contributor", "newsroom.section", "newsroom.topic", "newsroom.person"),
    *("newsroom.apitoken", "ingest.source", "webhooks.endpoint", "auth.group"),
]


def rights_on(model: str) -> Iterator[str]:
    """Return Django's own rights on a model with a name such as `newsroom.section`."""
    app, name = model.lower().split(".")
    return (f"{app}.{act}_{name}" for act in ("add", "change", "delete", "view"))


def roles() -> dict[str, list[str]]:
    """Return the name of each role's group, and its rights.

    A reporter needs only one right, because `rights` allows the work on own drafts.
    """
    editors = [verb.permission for verb in (Verb.READ, Verb.CREATE, Verb.EDIT, *DESK)]
    models = [*CHIEFS, settings.AUTH_USER_MODEL]
    return {
        "Reporter": [Verb.CREATE.permission],
        "Editor": [*editors, "newsroom.view_contributor"],
        "Chief": [
            *(verb.permission for verb in Verb),
            *(right for model in models for right in rights_on(model)),
            *("newsroom.view_auditentry", "webhooks.view_delivery"),
        ],
    }


def make_roles(sender: AppConfig, using: str, apps: Apps = global_apps, **_: Any) -> None:
    """Make the groups, and give each right that a group was not given before.

    Django sends the signal after any migration or flush, even if this app has no tables or those of
    an older version.
    """
    try:
        role_model = apps.get_model(sender.label, "Role")
    except LookupError:
        return
    if router.db_for_write(role_model) != using:
        return
    if role_model._meta.db_table not in connections[using].introspection.table_names():
        return
    wanted = roles()
    rows = role_model._default_manager.using(using)
    with transaction.atomic(using=using):
        # 1. The insert comes first, since it waits for another process that makes the roles.
        rows.bulk_create([role_model(name=name) for name in wanted], ignore_conflicts=True)
        known = list(rows.select_for_update().filter(name__in=wanted).order_by("name"))
        # 2. Django makes an app's permissions in a receiver of the same signal, maybe a later one.
        rights = {right for each in wanted.values() for right in each}
        labels = {right.split(".")[0] for right in rights}
        for app in global_apps.get_app_configs():
            if app.label in labels:
                create_permissions(app, verbosity=0, using=using, apps=apps)
        # 3. Users who could publish before roles existed keep that right.
        if not any(role.given for role in known):
            if were_given(apps, using):
                for role in known:
                    adopt(role, wanted[role.name], apps)
                return
            keep_publishers(apps, using)
        for role in known:
            give(role, [right for right in wanted[role.name] if right not in role.given], apps)


def were_given(apps: Apps, using: str) -> bool:
    """Return whether any user or group has a right of the desk: this release was installed before.

    A downgrade to the release before drops the record of given rights, but not the rights.
    """
    rights = named(apps, using, [verb.permission for verb in DESK]).values()
    return any(
        holders.exists()
        for permission in rights
        for holders in (permission.group_set, getattr(permission, "user_set", None))
        if holders is not None
    )


def adopt(role: Any, rights: list[str], apps: Apps) -> None:
    """Record rights as given, and the group with the role's name as its group, if it exists."""
    using = role._state.db
    role.given = list(named(apps, using, rights))
    role.group = (
        apps.get_model("auth", "Group")._default_manager.using(using).filter(name=role.name).first()
    )
    role.save(using=using)


def give(role: Any, rights: list[str], apps: Apps) -> None:
    """Give a role's group these rights; the first time make the group.

    An existing group of this name belongs to the site, and is not changed.
    """
    using = role._state.db
    found = named(apps, using, rights)
    if not found:
        return
    if not role.given:
        groups = apps.get_model("auth", "Group")._default_manager.using(using)
        group, made = groups.get_or_create(name=role.name)
        role.group = group if made else None
    if role.group is not None:
        role.group.permissions.add(*found.values())
    role.given = [*role.given, *found]
    role.save(using=using)


def keep_publishers(apps: Apps, using: str) -> None:
    """Give the new rights to all users and groups with the right to change articles.

    Holders of the right to make tokens also get one further verb: so far a token gave it to them.
    """
    desk = named(apps, using, [verb.permission for verb in DESK])
    versions = named(apps, using, [Verb.WITHDRAW_VERSION.permission])
    makers = named(apps, using, ["newsroom.add_apitoken", "newsroom.change_apitoken"])
    change = named(apps, using, [Verb.EDIT.permission])
    for permission in change.values():
        users = getattr(permission, "user_set", None)  # a user model may have no permissions
        for holders, field in ((permission.group_set, "permissions"), (users, "user_permissions")):
            for holder in [] if holders is None else holders.all():
                held: Any = getattr(holder, field)
                makes = held.filter(pk__in=[each.pk for each in makers.values()]).exists()
                held.add(*desk.values(), *(versions.values() if makes else ()))


def named(apps: Apps, using: str, rights: list[str]) -> dict[str, Any]:
    """Return the permissions with these names that exist, by name."""
    rows = apps.get_model("auth", "Permission")._default_manager.using(using)
    chosen = rows.filter(
        content_type__app_label__in={right.split(".")[0] for right in rights},
        codename__in={right.split(".")[1] for right in rights},
    )
    found = {
        f"{each.content_type.app_label}.{each.codename}": each
        for each in chosen.select_related("content_type")
    }
    return {right: found[right] for right in rights if right in found}
