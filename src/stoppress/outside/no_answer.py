"""Why there is no answer from outside, in words that can be translated."""


class NoAnswer(Exception):
    """There is no answer; `str` of it says why in English, as a sentence of one line.

    Args:
        text: with named placeholders. It is marked for translation, as that of a `Phrase` is, so
            that the newsroom can make one of it: `Phrase(error.text, **error.values)`.
        values: of the placeholders.
    """

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text % values)
        self.text, self.values = text, values


class NotAllowed(NoAnswer):
    """The rules do not allow it, so that nobody was asked; or what came was over a limit."""
