"""The part of a long comparison that is shown."""

from collections.abc import Sequence

from .paragraphs import Paragraph

MOST = 300
# A placeholder for paragraphs that are left out.
GAP = Paragraph(())


def excerpt(paragraphs: Sequence[Paragraph], most: int = MOST) -> list[Paragraph]:
    """Return a comparison; if it is long, only its first changed paragraphs and their neighbours.

    Args:
        most: the number of paragraphs up to which a comparison is shown in full.
    """
    if len(paragraphs) <= most:
        return list(paragraphs)
    differs = [not each.is_same for each in paragraphs]
    shown: list[Paragraph] = []
    count = 0
    for place, paragraph in enumerate(paragraphs):
        if count < most and any(differs[max(place - 1, 0) : place + 2]):
            shown.append(paragraph)
            count += 1
        elif not shown or shown[-1] is not GAP:
            shown.append(GAP)
    return shown
