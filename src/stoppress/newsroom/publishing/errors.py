"""The refusals of the newsroom's verbs.

Each message tells an editor what to do, in the language that is active when the verb refuses.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _


class NewsroomError(Exception):
    """A verb refused; nothing was written."""


class WrongState(NewsroomError):
    """The article's state does not allow this; for example, a draft cannot be corrected."""


class VersionConflict(NewsroomError):
    """Somebody else changed the article after the caller had read it.

    Attributes:
        changed: the names of the fields that differ from the version that the caller has read, as
            far as that version is known.
    """

    def __init__(self, expected: int, current: int, changed: Sequence[str] = ()) -> None:
        super().__init__(
            _("The article has changed meanwhile: it is at version %(current)d, not %(expected)d.")
            % {"current": current, "expected": expected}
        )
        self.expected, self.current = expected, current
        self.changed = tuple(changed)


class InvalidField(NewsroomError):
    """A field's value is not accepted. `message` is a predicate; the field's name precedes it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field} {message}")
        self.field, self.message = field, message


def too_large() -> InvalidField:
    return InvalidField("body", _("is too large to be sent to readers."))
