"""The report of a drill: as lines of text, and as a Markdown table."""

from collections.abc import Sequence

from .outcome import Outcome

COLUMNS = (
    "#",
    "fault",
    "backend",
    "readers",
    "mutations",
    "missing",
    "twice",
    "out of order",
    "wrong",
    "s until equal",
    "verdict",
)


def line(outcome: Outcome) -> str:
    """Return the lines of text for one outcome."""
    mark = {"pass": "✓", "fail": "✗", "n/a": "–"}[outcome.verdict]
    number = outcome.number or ""
    head = f"{mark} {number:>2} {outcome.name} ({outcome.backend}, {outcome.took:.0f} s)"
    if outcome.verdict == "n/a":
        return f"{head}: n/a: {' '.join(outcome.words)}"
    counts = (
        f"{outcome.readers} readers, {outcome.mutations} mutations, {outcome.missing} missing, "
        f"{outcome.twice} twice, {outcome.out_of_order} out of order, {outcome.wrong} wrong"
    )
    if outcome.seconds is not None:
        counts += f", all equal after {outcome.seconds:.2f} s"
    return "\n     ".join([f"{head}: {counts}", *outcome.words])


def table(outcomes: Sequence[Outcome]) -> str:
    """Return the outcomes as a Markdown table, with notes below it."""
    rows = [COLUMNS, tuple("---" for _ in COLUMNS), *(_row(outcome) for outcome in outcomes)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    notes = [
        f"- {o.number}, {o.backend}: {' '.join(' '.join(o.words).split())}"
        for o in outcomes
        if o.words
    ]
    return "\n".join([*lines, "", *notes, ""])


def summary(outcomes: Sequence[Outcome]) -> str:
    """Return the result of the drill in one sentence."""
    counts = {v: sum(o.verdict == v for o in outcomes) for v in ("pass", "fail", "n/a")}
    words = f"{counts['pass']} passed, {counts['fail']} failed, {counts['n/a']} not applicable."
    if counts["fail"]:
        return f"Something is wrong with this deployment or with Stop Press: {words}"
    return f"Every reader was equal to the log after every fault: {words}"


def _row(o: Outcome) -> tuple[str, ...]:
    if o.verdict == "n/a":
        return (str(o.number), o.name, o.backend, *([""] * 7), "n/a")
    seconds = "" if o.seconds is None else f"{o.seconds:.2f}"
    counts = (o.readers, o.mutations, o.missing, o.twice, o.out_of_order, o.wrong)
    return (str(o.number), o.name, o.backend, *map(str, counts), seconds, o.verdict)
