"""Count what was taken in from a paper, and describe it in one line."""

from dataclasses import dataclass, field

from stoppress.newsroom.phrase import Phrase

# The most reasons that are kept: a paper may send thousands of items that are refused.
MOST_KEPT = 20


@dataclass
class Tally:
    """The counts since a connection began. `reasons` and `missing` have only the first ones.

    Attributes:
        read: the number of items of articles and posts.
        left_out: the number of items that the newsroom did not accept.
        missing: the reasons why pictures are missing.
    """

    read: int = 0
    left_out: int = 0
    reasons: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def leave_out(self, why: str) -> None:
        self.left_out += 1
        self.reasons += [why] if len(self.reasons) < MOST_KEPT else []

    def miss(self, words: tuple[str, ...]) -> None:
        self.missing += words[: MOST_KEPT - len(self.missing)]

    def phrase(self) -> Phrase:
        """Return the outcome of the source, which can be shown in any language."""
        parts: list[str] = [Phrase("followed")]
        if self.left_out:
            number, why = self.left_out, self.reasons[0]
            parts.append(Phrase("%(number)d left out (%(why)s)", number=number, why=why))
        if self.missing:
            parts.append(self.missing[0])
        return Phrase.joined("; ", parts)
