"""Who may do what: `may(actor, verb, article)` is the only question that anybody asks.

The admin, the API and the commands ask it alike. The verbs themselves do not: the schedule and
feeds are no actors.
"""

from enum import StrEnum

from django.contrib.auth.models import AbstractUser, AnonymousUser

from .models import ApiToken, Article
from .models.token import Scope

Actor = AbstractUser | AnonymousUser | ApiToken


class Verb(StrEnum):
    """What an actor can do to an article. Each has a permission of Django's, `<verb>_article`."""

    READ = "view"
    CREATE = "add"
    EDIT = "change"
    NOTE = "note"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    DISCARD = "discard"
    DELETE = "delete"
    SCHEDULE = "schedule"
    PUBLISH = "publish"
    UPDATE = "update"
    CORRECT = "correct"
    RETRACT = "retract"
    RESTORE = "restore"
    PIN = "pin"
    WITHDRAW_VERSION = "withdraw_version"

    @property
    def permission(self) -> str:
        return f"newsroom.{self}_article"


SCOPES = {
    Verb.READ: Scope.READ,
    Verb.CREATE: Scope.WRITE,
    Verb.EDIT: Scope.WRITE,
    Verb.NOTE: Scope.WRITE,
    Verb.SUBMIT: Scope.WRITE,
}


def may(actor: Actor, verb: Verb, article: Article | None = None) -> bool:
    """Return whether an actor may do this to an article, or to any if none is given."""
    if isinstance(actor, ApiToken):
        return not actor.ended and actor.may(SCOPES.get(verb, Scope.PUBLISH))
    return bool(actor.is_active and actor.has_perm(verb.permission))
