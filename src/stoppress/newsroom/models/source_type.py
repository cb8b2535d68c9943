"""The ways in which the text of an article was made."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# IPTC's vocabulary Digital Source Type, as ninjs and schema.org use it in `digitalSourceType`.
SCHEME = "http://cv.iptc.org/newscodes/digitalsourcetype/"
ALIAS = "digsrctype:"


class SourceType(models.TextChoices):
    """How a text was made: each type is one term of IPTC's Digital Source Type.

    An empty text means that it is not known, as with most articles from feeds.
    """

    PEOPLE = "people", _("Written by people")
    ASSISTED = "assisted", _("Written by people, with a machine’s help in spelling or style")
    MIXED = "mixed", _("Written by people, with parts that a machine wrote")
    TRANSLATED = "translated", _("Translated by a machine")
    MACHINE = "machine", _("Written by a machine")
    PROGRAM = "program", _("Written from data by a program without a trained model")

    @property
    def uri(self) -> str:
        """The term's permanent name, such as `…/digitalsourcetype/digitalCreation`."""
        return SCHEME + TERMS[self]


TERMS = {
    SourceType.PEOPLE: "digitalCreation",
    SourceType.ASSISTED: "algorithmicallyEnhanced",
    SourceType.MIXED: "compositeSynthetic",
    SourceType.TRANSLATED: "compositeWithTrainedAlgorithmicMedia",
    SourceType.MACHINE: "trainedAlgorithmicMedia",
    SourceType.PROGRAM: "dataDrivenMedia",
}
# Terms that others may send for the same; the second and third are retired.
READ_AS = {
    "humanEdits": SourceType.PEOPLE,
    "minorHumanEdits": SourceType.PEOPLE,
    "digitalArt": SourceType.PEOPLE,
    "algorithmicMedia": SourceType.PROGRAM,
}
# Texts of these types are labelled for readers, unless a person has reviewed the text.
MACHINE_MADE = frozenset(
    {SourceType.MIXED, SourceType.TRANSLATED, SourceType.MACHINE, SourceType.PROGRAM}
)


def source_type_of(named: str) -> SourceType | None:
    """Return the type with this word, address (`http://cv.iptc.org/…`) or `digsrctype:` code.

    None if no text is made in that way, as with the terms for photographs.
    """
    if named in SourceType.values:
        return SourceType(named)
    for scheme in (SCHEME, SCHEME.replace("http:", "https:"), ALIAS):
        if named.startswith(scheme):
            by_term = {term: each for each, term in TERMS.items()} | READ_AS
            return by_term.get(named.removeprefix(scheme))
    return None
