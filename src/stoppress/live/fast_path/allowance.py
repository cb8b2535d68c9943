"""The rate limit for incoming frames: how many a reader may send, at once and per second."""

# A well-behaved reader sends one or two frames for each heartbeat.
AT_ONCE = 20
PER_SECOND = 10.0


def spend(until: float, frames: int, now: float) -> float | None:
    """Charge a reader's frames; return its new account, or None where the frames are too many.

    The account is the time until which the frames so far use up the rate. This is the generic cell
    rate algorithm of ITU-T I.371, with one number for each reader.

    Args:
        until: the last call's result; 0 before the first call.
        frames: frames that have just arrived.
        now: the event loop's clock, in seconds.
    """
    paid = max(until, now) + frames / PER_SECOND
    return paid if paid - now <= AT_ONCE / PER_SECOND else None
