"""The exceptions of `stoppress.live`."""


class LiveError(Exception):
    """The base class of this package's exceptions."""


class UnknownStream(LiveError):
    """No registered stream has this name."""


class StreamBusy(LiveError):
    """Another transaction held a lock for too long, or two waited for each other."""


class InvalidItem(LiveError, ValueError):
    """An item, key or event name that is not valid; the message says what to change."""


class InvalidView(InvalidItem):
    """A template's output, or a tree, that is no view; the message says what to change."""


class WrongUvicorn(LiveError, ImportError):
    """The fast path was not tried with the installed uvicorn; the message says what to install."""
