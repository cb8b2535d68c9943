"""The beginning of a text, quoted in warnings about what was left out."""

MOST = 60


def excerpt(text: str, most: int = MOST) -> str:
    """Return the beginning of a text in quotation marks, with an ellipsis if it is cut.

    Args:
        most: the largest number of characters.
    """
    line = " ".join(text[: 4 * most].split())
    return f"“{line if len(line) <= most else line[: most - 1] + '…'}”"
