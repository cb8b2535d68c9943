"""The names of streams."""

import re

NAME = re.compile(r"[a-z0-9][a-z0-9:_-]{0,63}")
# The prefix of `live`'s own streams.
OWN = "live:"


def what_a_name_is(wrong: str) -> str:
    """Return the rule for names in words, and the nearest valid name for an invalid one."""
    words = (
        "A stream's name has lower-case letters of ASCII, digits, ':', '_' and '-', begins with a "
        f"letter or digit, and has 64 characters at most: {wrong!r} is none."
    )
    near = wrong.lower()
    return f"{words} {near!r} is one." if NAME.fullmatch(near) else words
