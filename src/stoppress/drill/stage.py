"""The stage of one fault: a fresh deployment, its readers, its publishers, and the judgement."""

import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from .audience import TRANSPORTS, Audience
from .backend import Backend
from .child import ChildError
from .deployment import COMMAND, HOST, Deployment
from .history import Histories, heads
from .judge import judge, last_event_at
from .outcome import Outcome
from .press import Press
from .proxy import Proxy
from .record import Record

# Seconds from recovery until every reader must be equal to the log.
EQUAL_SECONDS = 5.0
# Seconds to wait for the readers: tells a late reader from one that never arrives.
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Scale:
    """The size of a drill: readers and mutations for each fault.

    Attributes:
        absence: seconds for which a relay is stopped.
        crowd: readers that reconnect within one second.
        stride: bytes from one cut of a frame to the next.
    """

    readers: int = 200
    mutations: int = 500
    absence: float = 60.0
    crowd: int = 2000
    stride: int = 1


FULL = Scale()
FAST = Scale(readers=60, mutations=100, absence=5.0, crowd=300, stride=23)


class Stage:
    """Starts the server, readers, publishers and proxies of a fault, and ends them at its end."""

    def __init__(self, backend: Backend, scale: Scale, outcome: Outcome) -> None:
        self.backend = backend
        self.scale = scale
        self.outcome = outcome
        self.before: list[Histories] = []
        self.ending = ExitStack()
        self.database: Mapping[str, str] = {}
        self.directory = Path()

    def __enter__(self) -> "Stage":
        self.directory = Path(tempfile.mkdtemp(prefix="stoppress-drill-"))
        self.ending.callback(shutil.rmtree, self.directory, ignore_errors=True)
        self.database = self.ending.enter_context(self.backend.scratch())
        return self

    def __exit__(self, *_: object) -> None:
        self.ending.close()

    def deploy(
        self, workers: int = 2, host: str = HOST, module: str = COMMAND, **env: str
    ) -> Deployment:
        """Start a server on the scratch database."""
        deployment = Deployment(self.directory, {**self.database, **env}, workers, host, module)
        self.ending.callback(deployment.end)
        deployment.open()
        return deployment

    def audience(
        self, deployment: Deployment, name: str = "readers", prefix: Sequence[str] = ()
    ) -> Audience:
        """Start a process for readers; `prefix` is put before its command."""
        audience = Audience(self.directory, deployment.env, name, prefix)
        self.ending.callback(audience.end)
        return audience

    def seat(
        self,
        deployment: Deployment,
        url: str | None = None,
        count: int | None = None,
        transports: Sequence[str] = TRANSPORTS,
    ) -> Audience:
        """Start readers without cursors, and wait until each reads all of its streams."""
        audience = self.audience(deployment)
        audience.join(
            count or self.scale.readers, [url or deployment.url], deployment.asks(), transports
        )
        audience.until_joined()
        return audience

    def proxy(self, deployment: Deployment) -> Proxy:
        """Put a proxy in front of the server."""
        proxy = Proxy(deployment.port)
        self.ending.callback(proxy.end)
        return proxy

    def publish(self, deployment: Deployment, *options: str, count: int | None = None) -> Press:
        """Start a process that publishes the fault's mutations."""
        count = self.scale.mutations if count is None else count
        self.outcome.mutations += count
        return deployment.publish(count, *options)

    def part(self, share: float) -> str:
        """Return the line that a publisher prints when a share of the mutations is committed."""
        return f"committed {max(1, int(self.scale.mutations * share))}"

    def settle(
        self,
        deployment: Deployment,
        audience: Audience,
        recovered: float,
        resets: Collection[str] = (),
    ) -> list[Record]:
        """Wait until every reader is equal to the log, and judge them all.

        Args:
            recovered: when the fault was over and all was published, by the machine's clock.
            resets: reasons of snapshots that this fault may cause.
        """
        histories = deployment.histories()
        there = audience.until_at(heads(histories), PATIENCE_SECONDS)
        records = audience.records()
        self._judge(records, histories, resets)
        self.outcome.seconds = max(0.0, last_event_at(records, heads(histories)) - recovered)
        if not there:
            self.outcome.fail(f"some readers were not at the head after {PATIENCE_SECONDS:g} s")
        elif self.outcome.seconds > EQUAL_SECONDS:
            self.outcome.fail(f"it took {self.outcome.seconds:.1f} s until every reader was equal")
        return records

    def take(self, audience: Audience, histories: Histories) -> list[Record]:
        """Judge further readers, which are at the heads."""
        already, records = self.outcome.readers, audience.records()
        self._judge(records, histories, ())
        self.outcome.readers = already + len(records)
        return records

    def _judge(
        self, records: Sequence[Record], histories: Histories, resets: Collection[str]
    ) -> None:
        self.outcome.take(judge(records, histories, before=self.before, resets=resets))


def until(holds: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
    """Return once a condition holds.

    Args:
        what: the condition as a clause, for the error.

    Raises:
        ChildError: the condition does not hold after `seconds`.
    """
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise ChildError(f"not within {seconds:g} s: {what}")
        time.sleep(0.05)
