"""An allowance: how many frames a reader may send, at once and in the long run."""

# A reader that uses the protocol sends one or two for each heartbeat.
AT_ONCE = 20
PER_SECOND = 10.0


def spend(until: float, frames: int, now: float) -> float | None:
    """Return until when a reader's frames are paid for by time; None where they are too many.

    It is the cell rate algorithm of ITU-T I.371: one number for each reader.

    Args:
        until: what the last call has returned; 0 before the first.
        frames: frames that have just come.
        now: the event loop's clock, in seconds.
    """
    paid = max(until, now) + frames / PER_SECOND
    return paid if paid - now <= AT_ONCE / PER_SECOND else None
