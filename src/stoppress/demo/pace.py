"""How long the demo waits between two steps."""

DEFAULT = 4.0
LONGEST = 86_400.0
# The wait doubles after this many steps, so that a demo left running slows down: at the default
# pace a day brings about 1,100 stories and a week 1,800, instead of 8,000 and 57,000.
STEPS_BEFORE_DOUBLING = 600


def interval(pace: float, played: int) -> float:
    """Return the seconds to wait after `played` steps of this run."""
    return float(min(pace * 2 ** min(played // STEPS_BEFORE_DOUBLING, 64), LONGEST))


def checked_pace(pace: float | None) -> float:
    """Return the seconds between two steps; the default for None.

    Raises:
        ValueError: the pace is not above 0, or is longer than a day.
    """
    if pace is None:
        return DEFAULT
    if not 0 < pace <= LONGEST:
        raise ValueError(
            f"--pace must be a number of seconds above 0 and at most {LONGEST:,.0f} (a day); "
            f"it is {pace:g}."
        )
    return pace
