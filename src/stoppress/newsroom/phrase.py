"""Sentences that are kept in English and translated when they are shown."""

from collections.abc import Iterable
from typing import Any, Self

from django.utils.translation import gettext


class Phrase(str):
    """An English text with its template and values, so that it can be shown in another language.

    As a `str` it is English, for storing, logging, comparing and for programs. It needs no Django
    settings until it is shown.

    Args:
        text: with named placeholders, such as `"A link to a %(scheme)s: address"`.
        values: of the placeholders; a phrase among them is translated too.
    """

    text: str
    values: dict[str, object]

    def __new__(cls, text: str, **values: object) -> Self:
        made = super().__new__(cls, text % values)
        made.text, made.values = text, values
        return made

    def shown(self) -> str:
        """Return the text in the active language."""
        return gettext(self.text) % {name: shown(value) for name, value in self.values.items()}

    @classmethod
    def joined(cls, separator: str, parts: Iterable[str]) -> Self:
        """Return phrases, and texts that need no translation, as one phrase."""
        values = {f"part{number}": part for number, part in enumerate(parts)}
        return cls(separator.join(f"%({name})s" for name in values), **values)

    def packed(self) -> list[Any]:
        """Return the phrase as JSON can hold it: `[text, values]`."""
        packed = {
            name: value.packed() if isinstance(value, Phrase) else value
            for name, value in self.values.items()
        }
        return [self.text, packed]

    @classmethod
    def unpacked(cls, packed: list[Any]) -> Self:
        """Return a phrase that was packed."""
        text, values = packed
        known = {
            name: cls.unpacked(value) if isinstance(value, list) else value
            for name, value in values.items()
        }
        return cls(text, **known)


def shown(value: object) -> object:
    """Return a phrase in the active language, and anything else as it is."""
    return value.shown() if isinstance(value, Phrase) else value


def marked(text: str) -> str:
    """Return a text unchanged, and mark it for translation; a `Phrase` is made from it later."""
    return text
