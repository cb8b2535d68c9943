"""The report of `stoppress conform`: each rule was kept, broken or not seen."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .rules import RULES

# Examples shown of each broken rule.
EXAMPLES = 3
_DETAIL = 300


@dataclass
class Finding:
    """How often a rule was kept and broken, with examples of how it was broken."""

    kept: int = 0
    broken: int = 0
    examples: list[str] = field(default_factory=list)


class Report:
    """Findings by transport and rule, in the order of the table."""

    def __init__(self) -> None:
        self.findings = {
            (transport, rule): Finding() for transport, rules in RULES.items() for rule in rules
        }

    def of(self, transport: str) -> "Check":
        """Return a function that adds findings about one transport, and returns if it was kept."""

        def check(rule: str, kept: bool, detail: object = "") -> bool:
            finding = self.findings[transport, rule]
            if kept:
                finding.kept += 1
                return True
            finding.broken += 1
            if len(finding.examples) < EXAMPLES:
                finding.examples.append(" ".join(str(detail).split())[:_DETAIL])
            return False

        return check

    def broken(self) -> list[tuple[str, str]]:
        """Return the broken rules, as transport and rule."""
        return [rule for rule, finding in self.findings.items() if finding.broken]

    def not_seen(self) -> list[tuple[str, str]]:
        """Return the rules that were neither kept nor broken: no occasion for them came up."""
        return [r for r, found in self.findings.items() if not found.broken and not found.kept]

    def lines(self) -> Iterator[str]:
        """Yield the lines of the report: one for each rule, and the examples of what broke it."""
        for transport, rules in RULES.items():
            yield transport
            for rule, words in rules.items():
                finding = self.findings[transport, rule]
                mark = "✗" if finding.broken else "✓" if finding.kept else "·"
                yield f"  {mark} {words}" + ("" if mark != "·" else " (not seen)")
                for example in finding.examples:
                    yield f"      {example}"
        broken, not_seen = len(self.broken()), len(self.not_seen())
        kept = len(self.findings) - broken - not_seen
        yield f"{kept} rules kept, {broken} broken, {not_seen} not seen."


Check = Callable[..., bool]
