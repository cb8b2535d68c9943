"""The result of a poll, as counts and as one line."""

from dataclasses import dataclass, field

from stoppress.newsroom.phrase import Phrase


@dataclass
class Report:
    """Counts of a document's entries; `failed` are skipped ones that another poll may accept."""

    entries: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)  # name, reason
    flaws: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return self.phrase()

    def phrase(self) -> Phrase:
        """Return the report as one line, which can be shown in another language."""
        singular = self.entries == 1
        parts = [
            Phrase("1 entry") if singular else Phrase("%(number)d entries", number=self.entries)
        ]
        parts.append(Phrase("%(number)d new", number=self.new))
        if self.changed:
            parts.append(Phrase("%(number)d changed", number=self.changed))
        if self.unchanged:
            parts.append(Phrase("%(number)d unchanged", number=self.unchanged))
        if self.skipped:
            number, why = len(self.skipped), self.skipped[0][1]
            parts.append(Phrase("%(number)d skipped (%(why)s)", number=number, why=why))
        return Phrase.joined("; ", [Phrase.joined(", ", parts), *self.flaws])
