"""What was done with what a paper told, as counts and as one line."""

from dataclasses import dataclass, field

from stoppress.newsroom.phrase import Phrase

# Reasons that are kept: a paper may tell thousands of times what is not accepted.
MOST_KEPT = 20


@dataclass
class Tally:
    """Counts of one following; `reasons` and `missing` are the first ones.

    Attributes:
        read: articles and posts as they were told.
        left_out: of what was told, as the newsroom did not accept it.
        missing: why pictures could not be had.
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
        """Return what is said of the paper, which can be shown in another language."""
        parts: list[str] = [Phrase("followed")]
        if self.left_out:
            number, why = self.left_out, self.reasons[0]
            parts.append(Phrase("%(number)d left out (%(why)s)", number=number, why=why))
        if self.missing:
            parts.append(self.missing[0])
        return Phrase.joined("; ", parts)
