"""Python's garbage collector, set for a process that holds many readers."""

import gc

# Allocations before the youngest objects are looked through, and how many such rounds before the
# older are. Of the CPU of handshakes the collector took 16 % with Python's own thresholds, 10 %
# with the frozen start alone, and 6 % with both; it takes 1 % since they leave no cycles behind.
THRESHOLDS = (10_000, 50, 50)


def freeze_what_stays() -> None:
    """Keep what was loaded by now out of every later collection: Django and the site stay."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
