"""What the audit records of users, groups and contributors."""

from typing import Any

from django.contrib.auth.models import Group

from stoppress.newsroom.models import AuditEntry, Contributor

from .actor import present_actor
from .record import Thing, thing
from .watch import Before, Told

Act = AuditEntry.Act

FLAGS = {
    "is_active": (Act.ACTIVATED, Act.DEACTIVATED),
    "is_staff": (Act.STAFF_GIVEN, Act.STAFF_TAKEN),
    "is_superuser": (Act.SUPERUSER_GIVEN, Act.SUPERUSER_TAKEN),
}


def user_told(user: Any, before: Before) -> Told:
    """Yield what a save changes of a user."""
    if before is None:
        yield Act.USER_MADE, ""
        for flag in ("is_staff", "is_superuser"):
            if getattr(user, flag, False):
                yield FLAGS[flag][0], ""
        if not getattr(user, "is_active", True):
            yield Act.DEACTIVATED, ""
        return
    name = user.USERNAME_FIELD
    if before.get(name, user.get_username()) != user.get_username():
        yield Act.USER_RENAMED, f"before: {before[name]}"
    for flag, (given, taken) in FLAGS.items():
        if flag in before and before[flag] != getattr(user, flag):
            yield (given if getattr(user, flag) else taken), ""
    if before.get("password", user.password) != user.password and not _is_rehashed(user, before):
        yield Act.PASSWORD_CHANGED, ""


def user_deleted(user: Any) -> Told:
    yield Act.USER_DELETED, ""


def _is_rehashed(user: Any, before: dict[str, Any]) -> bool:
    """Return whether the same password was hashed anew, as Django does at a sign-in."""
    alone = before.keys() == {"password"}
    return alone and user._password is None and bool(user.has_usable_password())


def group_told(group: Group, before: Before) -> Told:
    """Yield what a save changes of a group."""
    if before is None:
        yield Act.GROUP_MADE, ""
    elif before.get("name", group.name) != group.name:
        yield Act.GROUP_RENAMED, f"before: {before['name']}"


def group_deleted(group: Group) -> Told:
    yield Act.GROUP_DELETED, ""


def contributor_told(contributor: Contributor, before: Before) -> Told:
    """Yield that an article is a user's own from now on; not of one who has made it."""
    if before is None:
        yield from _of_another(Act.CONTRIBUTOR_ADDED, contributor)
    elif before.get("user_id", contributor.user_id) != contributor.user_id:
        instead = f", instead of user {before['user_id']}"
        yield from _of_another(Act.CONTRIBUTOR_ADDED, contributor, instead)


def contributor_deleted(contributor: Contributor) -> Told:
    yield from _of_another(Act.CONTRIBUTOR_REMOVED, contributor)


def contributor_thing(contributor: Contributor) -> Thing:
    return thing(contributor.user)


def _of_another(act: AuditEntry.Act, contributor: Contributor, more: str = "") -> Told:
    if contributor.user.get_username() != present_actor().name:
        yield act, f"article {contributor.article_id}{more}"
