"""The fuzzer: plays examples that Hypothesis chooses against one server."""

import asyncio
from collections.abc import Callable
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings

from .conversation import Connection, Script, play
from .door import scripts
from .doors import Door
from .find import Find
from .flood import Flood, floods, pour
from .judge import judge
from .nonce import nonces
from .victim import Victim

# Seconds to wait for an answer: usually; while a find is made smaller; and behind nginx, which may
# keep a connection open for reasons of its own.
PATIENCE, SHORT_PATIENCE, BEHIND_PATIENCE = 6.0, 1.5, 0.2
PHASES = [Phase.explicit, Phase.generate, Phase.target, Phase.shrink]


def is_plain(connection: Connection) -> bool:
    """Return whether the sent bytes have only one meaning, also for a proxy."""
    reading = connection.reading()
    odd = any(message.may_refuse or message.loose for message in reading.messages)
    return not odd and reading.end in {"open", "closed"}


def asked(connection: Connection) -> set[bytes]:
    """Return the nonces in the heads of the sent requests; those in bodies do not count."""
    return {nonce for message in connection.reading().messages for nonce in nonces(message.head)}


class Fuzzer:
    """Plays scripts against a server, on one event loop, with one victim."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._runner = asyncio.Runner()
        self._victim = Victim(door.address, door.place.path, door.place.host, door.statuses)
        self._patience = PATIENCE if door.strict else BEHIND_PATIENCE
        self.scripts = self.requests = 0

    @property
    def polls(self) -> int:
        """Return how often the victim has polled."""
        return self._victim.polls

    def run(self, examples: int, seed: int | None, floods_too: bool = False) -> None:
        """Play a number of scripts; a seed gives the same ones each time.

        Raises:
            Find: the server did something wrong; it has the smallest script that shows it.
        """
        if floods_too:
            self._given(floods(), self.pour, max(1, examples // 20), seed)
        self._given(scripts(self._door.place), self.play, examples, seed)

    def play(self, script: Script) -> None:
        """Play one script, and judge it."""
        self.scripts += 1
        try:
            self._play(script)
        except Find:
            self._patience = min(self._patience, SHORT_PATIENCE)
            raise

    def _play(self, script: Script) -> None:
        door = self._door
        played = self._runner.run(
            play(script, door.address, self._victim, self.scripts, door.strict, self._patience)
        )
        for connection in played:
            self.requests += len(connection.reading().messages)
            if door.strict:
                judge(connection, door.exact)
            elif strange := nonces(connection.got) - nonces(connection.sent):
                raise Find(f"another's answer: {strange}; got {connection.got[-300:]!r}")
            elif is_plain(connection) and nonces(connection.got) - asked(connection):
                raise Find(f"a body was answered as a request; got {connection.got[-300:]!r}")

    def pour(self, flood: Flood) -> None:
        """Send one large body."""
        patience = SHORT_PATIENCE if self._patience == SHORT_PATIENCE else PATIENCE
        try:
            self._runner.run(pour(flood, self._door.address, self._door.pids, patience))
        except Find:
            self._patience = min(self._patience, SHORT_PATIENCE)
            raise

    def close(self) -> None:
        """End the victim's connection and the event loop."""
        self._victim.leave()
        self._runner.close()

    def _given(
        self, strategy: Any, play: Callable[[Any], None], examples: int, seed: int | None
    ) -> None:
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=PHASES,
            derandomize=seed is None,
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def example(said: Any) -> None:
            play(said)

        run = example if seed is None else hypothesis.seed(seed)(example)
        run()
