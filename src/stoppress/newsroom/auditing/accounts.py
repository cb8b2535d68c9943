"""The audit of users, groups and contributors."""

from typing import Any

from django.contrib.auth.models import Group

from stoppress.newsroom.models import AuditEntry, Contributor

from .record import Thing, thing
from .watch import Before, Told

Act = AuditEntry.Act

FLAGS = {
    "is_active": (Act.ACTIVATED, Act.DEACTIVATED),
    "is_staff": (Act.STAFF_GIVEN, Act.STAFF_TAKEN),
    "is_superuser": (Act.SUPERUSER_GIVEN, Act.SUPERUSER_TAKEN),
}


def user_told(user: Any, before: Before) -> Told:
    """Yield an act for each change that a save makes to a user."""
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
    email = user.get_email_field_name()
    if email in before and before[email] != getattr(user, email):
        yield Act.EMAIL_CHANGED, ""
    if before.get("password", user.password) != user.password and not _is_rehashed(user, before):
        yield Act.PASSWORD_CHANGED, ""


def user_deleted(user: Any) -> Told:
    yield Act.USER_DELETED, ""


def _is_rehashed(user: Any, before: dict[str, Any]) -> bool:
    """Return whether only the hash of an unchanged password is new, as Django does at sign-in."""
    alone = before.keys() == {"password"}
    return alone and user._password is None and bool(user.has_usable_password())


def group_told(group: Group, before: Before) -> Told:
    """Yield an act for each change that a save makes to a group."""
    if before is None:
        yield Act.GROUP_MADE, ""
    elif before.get("name", group.name) != group.name:
        yield Act.GROUP_RENAMED, f"before: {before['name']}"


def group_deleted(group: Group) -> Told:
    yield Act.GROUP_DELETED, ""


def contributor_told(contributor: Contributor, before: Before) -> Told:
    """Yield the act of adding a user to an article; none for the article's creator."""
    if before is None:
        # The creator is added before the first version is saved.
        if contributor.article.versions.exists():
            yield Act.CONTRIBUTOR_ADDED, f"article {contributor.article_id}"
    elif before.get("user_id", contributor.user_id) != contributor.user_id:
        instead = f"instead of user {before['user_id']}"
        yield Act.CONTRIBUTOR_ADDED, f"article {contributor.article_id}, {instead}"


def contributor_deleted(contributor: Contributor) -> Told:
    yield Act.CONTRIBUTOR_REMOVED, f"article {contributor.article_id}"


def contributor_thing(contributor: Contributor) -> Thing:
    return thing(contributor.user)
