"""What the newsroom's verbs refuse, in words an editor can act on."""


class NewsroomError(Exception):
    """Any refusal of a verb; nothing was written."""


class WrongState(NewsroomError):
    """The article is not in a state that allows this, such as a draft to be corrected."""


class PublishersOnly(NewsroomError):
    """This is not for who may write drafts only; the message begins a sentence of what it is."""


class VersionConflict(NewsroomError):
    """Somebody else changed the article after the caller had read it."""

    def __init__(self, expected: int, current: int) -> None:
        super().__init__(
            f"The article has changed meanwhile: it is at version {current}, not {expected}."
        )
        self.expected, self.current = expected, current


class InvalidField(NewsroomError):
    """A field's value cannot be accepted; `message` goes on where the field's name ends."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field} {message}")
        self.field, self.message = field, message
