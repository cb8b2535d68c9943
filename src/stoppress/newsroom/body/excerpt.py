"""An excerpt: the beginning of a text, as a sentence quotes what was left out."""

MOST = 60


def excerpt(text: str, most: int = MOST) -> str:
    """Return the beginning of a text in quotation marks; an ellipsis says that there is more.

    Args:
        most: characters.
    """
    line = " ".join(text[: 4 * most].split())
    return f"“{line if len(line) <= most else line[: most - 1] + '…'}”"
