"""The label for readers on a text that a machine has made.

A text that a machine has written or translated is labelled. If a person has reviewed it and the
paper is responsible for it, the EU's AI Act (Regulation 2024/1689, article 50, paragraph 4)
requires no label; the story then lists it among its facts.
"""

from django.utils.translation import gettext, gettext_lazy

from .models import SourceType

MADE = {
    SourceType.MIXED: gettext_lazy("Partly written by a machine"),
    SourceType.TRANSLATED: gettext_lazy("Translated by a machine"),
    SourceType.MACHINE: gettext_lazy("Written by a machine"),
    SourceType.PROGRAM: gettext_lazy("Written by a program, from data"),
}


def disclosed(source_type: str, *, reviewed: bool) -> str:
    """Return in words how a machine has made a text; empty if none has, or it is not known.

    Example: `Translated by a machine, not reviewed`.

    Args:
        reviewed: whether a person has reviewed the present text.
    """
    made = MADE.get(SourceType(source_type)) if source_type else None
    if not made:
        return ""
    words = (
        gettext("%(made)s, reviewed by an editor")
        if reviewed
        else gettext("%(made)s, not reviewed")
    )
    return words % {"made": made}
