"""A claim: the cursors that a reader reports for its page, compared with those it was sent."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from stoppress.live.protocol.applied import Applied
from stoppress.live.protocol.cursor import Cursor

from .beat import Beat
from .connection import Connection

# Reasons to refuse a claim or a part of it.
MALFORMED = "malformed"  # a cursor cannot be parsed
UNASKED = "unasked"  # a stream that the connection does not read
NOT_SENT = "not_sent"  # not the connection's cursor, nor one of its last two heartbeats
UNTIMELY = "untimely"  # no heartbeat waits for an answer


@dataclass(frozen=True, slots=True)
class Claim:
    """The result of checking a reader's answer.

    Attributes:
        refused: why a part of it, or all, is refused.
        sent: the cursors in it that this server has sent on that connection.
        answers: how many heartbeats the reader has answered, this one included.
        beat: the heartbeat that it answers; None where it answers none, or one too old to be
            remembered.
    """

    refused: frozenset[str]
    sent: Mapping[str, Cursor]
    answers: int
    beat: Beat | None

    @property
    def told_at(self) -> float:
        """When the answered heartbeat was sent, by the event loop's clock.

        Infinity where the reader answers no heartbeat: it then speaks after everything that it was
        sent. Minus infinity where the heartbeat is too old to be remembered.
        """
        if self.beat is not None:
            return self.beat.at
        return math.inf if UNTIMELY in self.refused else -math.inf


def judge(applied: Applied, connection: Connection, answered: int) -> Claim:
    """Check a reader's answer.

    A reader answers each heartbeat once and in order, so the answers only have to be counted.

    Args:
        answered: how many of the connection's heartbeats were answered before.
    """
    refused = {MALFORMED} if applied.unreadable else set[str]()
    sent = dict[str, Cursor]()
    beats, count = connection.last_beats(), connection.count_beats()
    places = {each.name: each.cursor for each in connection.subscriptions}
    for name, cursor in applied.cursors.items():
        if name not in places:
            refused.add(UNASKED)
        elif cursor == places[name] or any(cursor == beat.cursors.get(name) for beat in beats):
            sent[name] = cursor
        else:
            refused.add(NOT_SENT)
    beat: Beat | None = None
    if answered >= count:
        refused.add(UNTIMELY)
    else:
        answered += 1
        if _answers(applied, beats[-1]) and not any(_answers(applied, beat) for beat in beats[:-1]):
            answered = count  # it has left some out
        behind = count - answered
        beat = beats[-1 - behind] if behind < len(beats) else None
    return Claim(frozenset(refused), sent, answered, beat)


def _answers(applied: Applied, beat: Beat) -> bool:
    """Return whether an answer has a heartbeat's cursors, or a part of them."""
    return applied.cursors.items() <= beat.cursors.items()
