"""What a fault has shown."""

from dataclasses import dataclass, field
from typing import Any

from .judge import Findings


class NotApplicable(Exception):
    """The fault does not exist here; says why."""


class DidNotStrike(Exception):
    """The fault did not truly happen, so that nothing was shown."""


@dataclass
class Outcome:
    """One fault on one backend.

    Attributes:
        verdict: `pass`, `fail` or `n/a`.
        seconds: from recovery until every reader was equal to the log.
        words: why it failed or does not exist, or what was seen besides.
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
        """Note what should not be."""
        self.verdict = "fail"
        self.words.append(words)

    def note(self, words: str) -> None:
        """Note what was seen besides."""
        self.words.append(words)

    def require(self, holds: bool, words: str) -> None:
        """Fail with words unless something holds."""
        if not holds:
            self.fail(words)

    def take(self, findings: Findings) -> None:
        """Add what the judge has found."""
        self.readers = max(self.readers, findings.readers)
        self.missing += findings.missing
        self.twice += findings.twice
        self.out_of_order += findings.out_of_order
        self.wrong += findings.wrong
        if not findings.clean:
            self.verdict = "fail"
            self.words += findings.words

    def as_json(self) -> dict[str, Any]:
        """Return it for `--json`."""
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
