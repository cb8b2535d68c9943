"""The actions on an article, each with a separate right."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


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

    @property
    def right(self) -> str:
        """The right's name in a sentence: "the right to publish articles"."""
        return str(RIGHTS[self])


RIGHTS = {
    Verb.READ: _("view articles"),
    Verb.CREATE: _("add articles"),
    Verb.EDIT: _("change articles"),
    Verb.NOTE: _("note articles"),
    Verb.SUBMIT: _("submit articles"),
    Verb.SEND_BACK: _("send back articles"),
    Verb.DISCARD: _("discard articles"),
    Verb.DELETE: _("delete articles"),
    Verb.SCHEDULE: _("schedule articles"),
    Verb.PUBLISH: _("publish articles"),
    Verb.UPDATE: _("update articles"),
    Verb.CORRECT: _("correct articles"),
    Verb.RETRACT: _("retract articles"),
    Verb.RESTORE: _("restore articles"),
    Verb.PIN: _("pin articles"),
    Verb.WITHDRAW_VERSION: _("withdraw versions of articles"),
}
