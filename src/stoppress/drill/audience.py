"""The drill's handle on its readers, which run in a process of their own."""

import json
import sys
import time
from collections.abc import Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

from .child import Child, ChildError
from .record import Record, load_records

TRANSPORTS = ("ws", "sse", "poll")
JOIN_SECONDS = 60.0


class Audience:
    """A process with hundreds of readers on all transports.

    Args:
        directory: for the process's log and records, whose files are called `name`.
        prefix: words that are put before the command.
    """

    def __init__(
        self,
        directory: Path,
        env: Mapping[str, str],
        name: str = "readers",
        prefix: Sequence[str] = (),
    ) -> None:
        self._records = directory / f"{name}.json"
        command = [*prefix, sys.executable, "-m", "stoppress.drill.readers"]
        self._child = Child(command, directory / f"{name}.log", env, piped=True)

    def join(
        self,
        count: int,
        urls: Sequence[str],
        asks: Sequence[Mapping[str, str | None]],
        transports: Sequence[str] = TRANSPORTS,
    ) -> list[int]:
        """Start readers, spread over the transports, addresses and asks; return their numbers."""
        # Every transport gets readers at every address and with every ask.
        address, ask = cycle(urls), cycle(asks)
        readers: list[dict[str, Any]] = [{} for _ in range(count)]
        for first, transport in enumerate(transports):
            for place in range(first, count, len(transports)):
                readers[place] = {
                    "url": next(address),
                    "transport": transport,
                    "asked": dict(next(ask)),
                }
        first = self._tell(do="join", readers=readers)["first"]
        return list(range(first, first + count))

    def until_joined(
        self, numbers: Sequence[int] | None = None, seconds: float = JOIN_SECONDS
    ) -> None:
        """Return once every reader has begun to read each of its streams.

        Raises:
            ChildError: some had not after `seconds`, or were refused.
        """
        deadline = time.monotonic() + seconds
        while (where := self._where({}, numbers))["joined"] < where["all"]:
            if where["refused"] or time.monotonic() > deadline:
                raise ChildError(
                    f"{where['all'] - where['joined']} of {where['all']} readers could not join "
                    f"within {seconds:g} s. {' '.join(where['refused'])}"
                )
            time.sleep(0.05)

    def until_at(
        self,
        heads: Mapping[str, str],
        seconds: float,
        numbers: Sequence[int] | None = None,
        beyond: bool = False,
    ) -> bool:
        """Wait until every reader is at the given heads; return False after `seconds`.

        Args:
            beyond: readers past the heads count too.
        """
        deadline = time.monotonic() + seconds
        while True:
            where = self._where(dict(heads), numbers, beyond)
            if where["there"] == where["all"]:
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)

    def places(self, stream: str) -> list[str]:
        """Return the cursor of each reader in a stream; readers that poll are left out."""
        return list(self._tell(do="places", stream=stream)["places"])

    def leave(self, numbers: Sequence[int]) -> None:
        """Disconnect readers; they keep their cursors."""
        self._tell(do="leave", numbers=list(numbers))

    def come_back(self, numbers: Sequence[int]) -> None:
        """Reconnect readers, from the cursors that they kept."""
        self._tell({"do": "return", "numbers": list(numbers)})

    def change_transport(self, numbers: Sequence[int], transport: str) -> None:
        """Make readers continue on another transport, in mid-stream."""
        self._tell(do="transport", numbers=list(numbers), transport=transport)

    def halt(self) -> None:
        """Make light readers stop reading, with their connections open."""
        self._tell(do="halt")

    def go_on(self) -> None:
        """Make halted readers read on."""
        self._tell(do="go_on")

    def records(self) -> list[Record]:
        """Return the record of every reader so far."""
        self._tell(do="records", path=str(self._records))
        return load_records(json.loads(self._records.read_text()))

    def end(self) -> None:
        """End the readers."""
        self._child.kill()

    def _where(
        self, heads: dict[str, str], numbers: Sequence[int] | None, beyond: bool = False
    ) -> dict[str, Any]:
        return self._tell(do="where", heads=heads, numbers=numbers and list(numbers), beyond=beyond)

    def _tell(self, order: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        self._child.write(json.dumps({**(order or {}), **more}))
        line = self._child.printed.readline()
        if not line:
            raise ChildError(self._child.report("ended"))
        answer: dict[str, Any] = json.loads(line)
        return answer
