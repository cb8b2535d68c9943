"""A limit of CPU time that holds on every machine: a ratio to a fixed loop of the same run."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time

# CPU seconds that the loop takes on the machine for which limits are given in seconds.
LOOP_SECONDS = 0.06
STEPS = 300_000


@contextmanager
def no_more_cpu_than(seconds: float) -> Iterator[None]:
    """Fail where a block takes more CPU seconds, by the machine on which the loop takes 0.06.

    On a faster machine the limit counts as it is given. The loop runs only where they were more: a
    slower machine, or one that is busy, may take longer.
    """
    began = process_time()
    yield
    spent = process_time() - began
    if spent >= seconds:
        most = seconds * loop_seconds() / LOOP_SECONDS
        assert spent < most, f"{spent:.2f} s of CPU; {most:.2f} s may be"


def loop_seconds() -> float:
    """Return the CPU seconds of a fixed amount of work: dictionary, integers, strings."""
    began = process_time()
    seen: dict[int, int] = {}
    total = 0
    for step in range(STEPS):
        seen[step & 1023] = total
        total += len(str(step))
    return process_time() - began
