"""What the fuzzer looks for."""


class Find(AssertionError):
    """A server did what it must not; says what."""
