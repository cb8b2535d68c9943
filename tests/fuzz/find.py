"""The error that the fuzzer looks for."""


class Find(AssertionError):
    """A server did something wrong; the message says what."""
