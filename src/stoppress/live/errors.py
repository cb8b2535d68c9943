"""What `stoppress.live` raises."""


class LiveError(Exception):
    """Any refusal of `stoppress.live`."""


class UnknownStream(LiveError):
    """A stream name that no registered stream answers to."""


class StreamBusy(LiveError):
    """Another transaction held a stream for longer than a publisher waits."""


class InvalidItem(LiveError, ValueError):
    """An item, key or event that cannot go on the wire; the message says what to change."""
