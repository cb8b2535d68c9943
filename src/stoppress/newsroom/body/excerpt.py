"""The beginning of a text, quoted in warnings about parts that were left out."""

from stoppress.newsroom.phrase import Phrase

MOST = 60


def excerpt(text: str, most: int = MOST) -> Phrase:
    """Return the beginning of a text in quotation marks, with an ellipsis if it is cut.

    Args:
        most: the largest number of characters.
    """
    line = " ".join(text[: 4 * most].split())
    words = line if len(line) <= most else line[: most - 1] + "…"
    return Phrase("“%(words)s”", words=words)


def quoted(text: str) -> str:
    """Return the end of a warning, `: “words”`; an empty string for an empty text."""
    return Phrase(": %(words)s", words=excerpt(text)) if text.strip() else ""
