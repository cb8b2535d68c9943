"""What was found: each rule kept, broken or not seen."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .rules import RULES

# Of a rule that is broken many times, the first few say enough.
EXAMPLES = 3
_DETAIL = 300


@dataclass
class Finding:
    """How often a rule was kept, and how it was broken."""

    kept: int = 0
    broken: int = 0
    examples: list[str] = field(default_factory=list)


class Report:
    """Findings by transport and rule, in the order of the table."""

    def __init__(self) -> None:
        self.findings = {(part, rule): Finding() for part, rules in RULES.items() for rule in rules}

    def of(self, part: str) -> "Check":
        """Return what notes findings about one transport."""

        def check(rule: str, kept: bool, detail: object = "") -> bool:
            finding = self.findings[part, rule]
            if kept:
                finding.kept += 1
                return True
            finding.broken += 1
            if len(finding.examples) < EXAMPLES:
                finding.examples.append(" ".join(str(detail).split())[:_DETAIL])
            return False

        return check

    def broken(self) -> list[tuple[str, str]]:
        """Return the rules that were broken."""
        return [rule for rule, finding in self.findings.items() if finding.broken]

    def not_seen(self) -> list[tuple[str, str]]:
        """Return the rules that nothing was seen of, one way or the other."""
        return [r for r, found in self.findings.items() if not found.broken and not found.kept]

    def lines(self) -> Iterator[str]:
        """Yield the report: a line for each rule, and the examples of what broke it."""
        for part, rules in RULES.items():
            yield part
            for rule, words in rules.items():
                finding = self.findings[part, rule]
                mark = "✗" if finding.broken else "✓" if finding.kept else "·"
                yield f"  {mark} {words}" + ("" if mark != "·" else " (not seen)")
                for example in finding.examples:
                    yield f"      {example}"
        broken, not_seen = len(self.broken()), len(self.not_seen())
        kept = len(self.findings) - broken - not_seen
        yield f"{kept} rules kept, {broken} broken, {not_seen} not seen."


Check = Callable[..., bool]
