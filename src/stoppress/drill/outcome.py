"""The outcome of one fault."""

from dataclasses import dataclass, field
from typing import Any

from .judge import Findings


class NotApplicable(Exception):
    """The fault is impossible on this backend; the message says why."""


class DidNotStrike(Exception):
    """The fault did not really happen, so the run proves nothing."""


@dataclass
class Outcome:
    """One fault on one backend.

    Attributes:
        verdict: `pass`, `fail` or `n/a`.
        seconds: from recovery until every reader was equal to the log.
        words: why it failed or is impossible, and further observations.
        took: seconds that the whole run took.
    """

    number: int
    name: str
    backend: str
    verdict: str = "pass"
    readers: int = 0
    mutations: int = 0
    missing: int = 0
    twice: int = 0
    out_of_order: int = 0
    wrong: int = 0
    seconds: float | None = None
    words: list[str] = field(default_factory=list)
    took: float = 0.0

    def fail(self, words: str) -> None:
        """Make the verdict `fail`, with the reason."""
        self.verdict = "fail"
        self.words.append(words)

    def note(self, words: str) -> None:
        """Add an observation."""
        self.words.append(words)

    def require(self, holds: bool, words: str) -> None:
        """Fail with the given words unless a condition holds."""
        if not holds:
            self.fail(words)

    def take(self, findings: Findings) -> None:
        """Add the judge's findings."""
        self.readers = max(self.readers, findings.readers)
        self.missing += findings.missing
        self.twice += findings.twice
        self.out_of_order += findings.out_of_order
        self.wrong += findings.wrong
        if not findings.clean:
            self.verdict = "fail"
            self.words += findings.words

    def as_json(self) -> dict[str, Any]:
        """Return the outcome as `--json` writes it."""
        return {
            "fault": self.number,
            "name": self.name,
            "backend": self.backend,
            "verdict": self.verdict,
            "readers": self.readers,
            "mutations": self.mutations,
            "missing": self.missing,
            "twice": self.twice,
            "out_of_order": self.out_of_order,
            "wrong": self.wrong,
            "seconds": self.seconds,
            "words": self.words,
            "took": self.took,
        }
