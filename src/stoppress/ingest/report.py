"""The result of a poll, as counts and as one line."""

from dataclasses import dataclass, field


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
        entries = "1 entry" if self.entries == 1 else f"{self.entries} entries"
        parts = [entries, f"{self.new} new"]
        parts += [f"{self.changed} changed"] if self.changed else []
        parts += [f"{self.unchanged} unchanged"] if self.unchanged else []
        parts += [f"{len(self.skipped)} skipped ({self.skipped[0][1]})"] if self.skipped else []
        return "; ".join([", ".join(parts), *self.flaws])
