"""How long the demo waits between two steps."""

DEFAULT = 4.0
LONGEST = 86_400.0
# A demo left running tells ever less: the wait doubles after so many steps, so that at the default
# pace a day makes about 1,700 stories and a week 2,700, instead of 12,000 and 85,000.
STEPS_BEFORE_DOUBLING = 600


def interval(pace: float, played: int) -> float:
    """Return the seconds to wait after `played` steps of this run."""
    return float(min(pace * 2 ** min(played // STEPS_BEFORE_DOUBLING, 64), LONGEST))


def checked_pace(pace: float | None) -> float:
    """Return the seconds between two steps; the default where none is said.

    Raises:
        ValueError: it is not above 0 and a day at most.
    """
    if pace is None:
        return DEFAULT
    if not 0 < pace <= LONGEST:
        raise ValueError(
            f"--pace must be a number of seconds above 0, and {LONGEST:,.0f} (a day) at most; "
            f"it is {pace:g}."
        )
    return pace
