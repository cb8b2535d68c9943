"""Patterns of streams' names, such as `section:<slug>` or `match:<int:id>`."""

import re
from typing import Any

from django.urls.converters import get_converters

from stoppress.live.protocol.names import NAME, what_a_name_is

_PLACEHOLDER = re.compile(r"<(?:([a-z_][a-z0-9_]*):)?([a-z_][a-z0-9_]*)>")
_ANY = "[a-z0-9_-]+"
# The largest whole number that a database's column can be compared with.
_LARGEST = 2**63 - 1
# Characters that a placeholder matches: no colon, or any (str, path, and a site's own converters).
_NARROW, _WIDE = "letters", "anything"


class Pattern:
    """A pattern: `<slug>` matches letters, digits, `_` and `-`, `<int:id>` matches a number.

    The part before the colon is a path converter of Django's, or one that the site has registered.

    Attributes:
        text: the pattern as written.
        placeholders: the names of its placeholders.
        literal: how many characters are outside of placeholders.

    Raises:
        ValueError: no name could match it, or there is no such converter; the message says so.
    """

    def __init__(self, text: str) -> None:
        if not NAME.fullmatch(_PLACEHOLDER.sub("x", text)):
            raise ValueError(
                f"{what_a_name_is(text)} <placeholders> in lower case stand for a part of it."
            )
        known = get_converters()
        self.text = text
        self.placeholders = tuple(name for _, name in _PLACEHOLDER.findall(text))
        if len(set(self.placeholders)) < len(self.placeholders):
            raise ValueError(f"Stream {text!r}: give each placeholder a name of its own.")
        self.literal = len(_PLACEHOLDER.sub("", text))
        self._converters = {}
        for kind, name in _PLACEHOLDER.findall(text):
            if kind and kind not in known:
                raise ValueError(
                    f"Stream {text!r}: Django has no converter {kind!r} of paths. It has "
                    f"{', '.join(known)}; register one of your own before the stream."
                )
            if kind:
                self._converters[name] = known[kind]
        self._names = re.compile(_PLACEHOLDER.sub(self._group, text))

    def _group(self, found: re.Match[str]) -> str:
        converter = self._converters.get(found[2])
        return f"(?P<{found[2]}>{converter.regex if converter else _ANY})"

    def match(self, name: str) -> dict[str, Any] | None:
        """Return the values of the placeholders in a name; None if it does not match."""
        found = self._names.fullmatch(name)
        if found is None:
            return None
        values: dict[str, Any] = found.groupdict()
        try:
            for each, converter in self._converters.items():
                written, values[each] = values[each], converter.to_python(values[each])
                # `07` and `7` are one object, whose events are in one stream: only `7` matches.
                if converter.to_url(values[each]) != written:
                    return None
        except ValueError:  # no match, as in Django's paths
            return None
        return None if any(map(_is_too_large, values.values())) else values

    def may_meet(self, other: "Pattern") -> bool:
        """Return whether a name may exist that matches both patterns."""
        for one, another in ((self, other), (other, self)):
            if not one.placeholders:
                return another.match(one.text) is not None
        return _meet(_tokens(self.text), _tokens(other.text))


def with_values(text: str, values: dict[str, Any]) -> str:
    """Return a pattern's text with its placeholders replaced by values."""
    return _PLACEHOLDER.sub(lambda found: str(values.get(found[2], found[0])), text)


def _is_too_large(value: object) -> bool:
    return isinstance(value, int) and abs(value) > _LARGEST


def _tokens(text: str) -> tuple[str, ...]:
    """Return a pattern's tokens: its characters; for a placeholder, one and then many of a kind."""
    tokens: list[str] = []
    end = 0
    for found in _PLACEHOLDER.finditer(text):
        kind = _NARROW if found[1] in {None, "int", "slug", "uuid"} else _WIDE
        tokens += [*text[end : found.start()], f"<one of {kind}>", f"<many of {kind}>"]
        end = found.end()
    return (*tokens, *text[end:])


def _meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if not one and not other:
        return True
    for here, there in ((one, other), (other, one)):
        if here and here[0].startswith("<many"):
            # It matches either nothing more, or the other pattern's next token.
            if _meet(here[1:], there):
                return True
            return bool(there) and _stands_for(here[0], there[0]) and _meet(here, there[1:])
    return bool(one and other) and _equal(one[0], other[0]) and _meet(one[1:], other[1:])


def _stands_for(placeholder: str, token: str) -> bool:
    if len(token) > 1:
        return True  # both are placeholders, and both match a letter
    return _WIDE in placeholder or re.fullmatch("[a-z0-9_-]", token) is not None


def _equal(token: str, other: str) -> bool:
    if len(token) > 1:
        return _stands_for(token, other)
    return _stands_for(other, token) if len(other) > 1 else token == other
