"""What can be done to an article, each by a right of its own."""

from enum import StrEnum


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
        if self is Verb.WITHDRAW_VERSION:
            return "withdraw versions of articles"
        return f"{self.replace('_', ' ')} articles"
