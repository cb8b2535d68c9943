"""Fill a story's templates with its facts."""

from collections.abc import Mapping
from string import Formatter
from typing import Any

UNITS = (
    "nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


class Wording(Formatter):
    """Formats a story's templates.

    - `{count}`: a number with separators, such as 1,204;
    - `{count!w}`: a number below ten in words, else in figures, such as six and 12;
    - `{count!W}`: a number at the start of a sentence, such as Six;
    - `{quote!W}`: a text at the start of a sentence.
    """

    def convert_field(self, value: Any, conversion: Any) -> Any:
        if conversion == "w":
            return UNITS[value] if 0 <= value < 10 else value
        if conversion == "W":
            words = spell(value) if isinstance(value, int) else str(value)
            return words[:1].upper() + words[1:]
        return super().convert_field(value, conversion)

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, int) and not format_spec:
            return f"{value:,}"
        return str(super().format_field(value, format_spec))


def spell(number: int) -> str:
    """Return a number in words if it is below one hundred, else in figures."""
    if number < 20:
        return UNITS[number]
    if number < 100:
        return TENS[number // 10 - 2] + (f"-{UNITS[number % 10]}" if number % 10 else "")
    return f"{number:,}"


def fill(template: str, facts: Mapping[str, object]) -> str:
    """Return the template with every placeholder filled.

    Raises:
        KeyError: the template asks for a fact that the story does not have.
    """
    return Wording().vformat(template, (), facts).strip()
