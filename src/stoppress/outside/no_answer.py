"""The errors of requests, with messages that can be translated."""


class NoAnswer(Exception):
    """There is no complete answer. `str` gives the reason in English, as a sentence of one line.

    Args:
        text: the reason, with named placeholders. It is marked for translation like the text of a
            `Phrase`, so that the newsroom can show `Phrase(error.text, **error.values)`.
        values: the values of the placeholders.
    """

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text % values)
        self.text, self.values = text, values


class NotAllowed(NoAnswer):
    """The rules do not allow the request, so it was not made; or the answer exceeded a limit."""
