"""The report of a drill: in plain words, and as a table."""

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
    """Return one outcome in a line or a few of plain words."""
    mark = {"pass": "✓", "fail": "✗", "n/a": "–"}[outcome.verdict]
    number = outcome.number or ""
    head = f"{mark} {number:>2} {outcome.name} ({outcome.backend}, {outcome.took:.0f} s)"
    if outcome.verdict == "n/a":
        return f"{head}: n/a: {' '.join(outcome.words)}"
    told = (
        f"{outcome.readers} readers, {outcome.mutations} mutations, {outcome.missing} missing, "
        f"{outcome.twice} twice, {outcome.out_of_order} out of order, {outcome.wrong} wrong"
    )
    if outcome.seconds is not None:
        told += f", all equal after {outcome.seconds:.2f} s"
    return "\n     ".join([f"{head}: {told}", *outcome.words])


def table(outcomes: Sequence[Outcome]) -> str:
    """Return the outcomes as a Markdown table, with what there is to say below it."""
    rows = [COLUMNS, tuple("---" for _ in COLUMNS), *(_row(outcome) for outcome in outcomes)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    notes = [
        f"- {o.number}, {o.backend}: {' '.join(' '.join(o.words).split())}"
        for o in outcomes
        if o.words
    ]
    return "\n".join([*lines, "", *notes, ""])


def summary(outcomes: Sequence[Outcome]) -> str:
    """Return in one sentence how it went."""
    counts = {v: sum(o.verdict == v for o in outcomes) for v in ("pass", "fail", "n/a")}
    told = f"{counts['pass']} held, {counts['fail']} failed, {counts['n/a']} do not exist here."
    if counts["fail"]:
        return f"Something is wrong with this deployment or with Stop Press: {told}"
    return f"Every reader was equal to the log under every fault: {told}"


def _row(o: Outcome) -> tuple[str, ...]:
    if o.verdict == "n/a":
        return (str(o.number), o.name, o.backend, *([""] * 7), "n/a")
    seconds = "" if o.seconds is None else f"{o.seconds:.2f}"
    counts = (o.readers, o.mutations, o.missing, o.twice, o.out_of_order, o.wrong)
    return (str(o.number), o.name, o.backend, *map(str, counts), seconds, o.verdict)
