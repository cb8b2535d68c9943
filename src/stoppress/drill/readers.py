"""The readers' process: hundreds of readers on one event loop, told what to do line by line.

`python -m stoppress.drill.readers` reads one JSON object a line and answers with one.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from .frame_table import FrameTable
from .light_reader import LightReader
from .reader import Reader

Told = dict[str, Any]


class Readers:
    """The verbs that the process understands."""

    def __init__(self) -> None:
        self._table = FrameTable()
        self._readers: list[Reader | LightReader] = []
        self.verbs: dict[str, Callable[[Told], Awaitable[Told]]] = {
            "join": self.join,
            "leave": self.leave,
            "return": self.come_back,
            "transport": self.change_transport,
            "halt": self.halt,
            "go_on": self.go_on,
            "where": self.where,
            "places": self.places,
            "records": self.records,
        }

    async def join(self, told: Told) -> Told:
        """Start readers: `{"readers": [{"url", "transport", "asked"}]}`."""
        first = len(self._readers)
        for number, one in enumerate(told["readers"], start=first):
            kind = LightReader if one["transport"] == "light" else Reader
            reader = kind(number, one["url"], one["transport"], one["asked"], self._table)
            self._readers.append(reader)
            reader.start()
        return {"first": first}

    async def leave(self, told: Told) -> Told:
        """Disconnect readers; they keep their cursors."""
        await asyncio.gather(*(reader.leave() for reader in self._named(told)))
        return {}

    async def come_back(self, told: Told) -> Told:
        """Connect readers again, from the cursors that they kept."""
        for reader in self._named(told):
            reader.start()
        return {}

    async def change_transport(self, told: Told) -> Told:
        """Let readers go on by another transport."""
        for reader in self._named(told):
            if isinstance(reader, Reader):
                reader.change_transport(told["transport"])
        return {}

    async def halt(self, told: Told) -> Told:
        """Let light readers stop to read, with their connections open."""
        for reader in self._named(told):
            if isinstance(reader, LightReader):
                reader.halt()
        return {}

    async def go_on(self, told: Told) -> Told:
        """Let those who halted read on."""
        for reader in self._named(told):
            if isinstance(reader, LightReader):
                reader.go_on()
        return {}

    async def where(self, told: Told) -> Told:
        """Count the readers that have joined, are at some heads, or were refused."""
        named = self._named(told)
        return {
            "all": len(named),
            "joined": sum(reader.joined() for reader in named),
            "there": sum(reader.at(told["heads"], told["beyond"]) for reader in named),
            "refused": [reader.refused for reader in named if reader.refused][:3],
        }

    async def places(self, told: Told) -> Told:
        """Return where each reader is in a stream, but for those who poll."""
        pushed = (reader for reader in self._readers if reader.transport != "poll")
        return {"places": [at for r in pushed if (at := r.cursors.get(told["stream"]))]}

    async def records(self, told: Told) -> Told:
        """Write every reader's account to a file."""
        accounts = [reader.account() for reader in self._readers]
        data = json.dumps({"frames": self._table.frames, "readers": accounts})
        Path(told["path"]).write_text(data)
        return {}

    def _named(self, told: Told) -> list[Reader | LightReader]:
        numbers = told.get("numbers")
        return self._readers if numbers is None else [self._readers[n] for n in numbers]


async def main() -> None:
    """Answer until the input ends."""
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader(limit=64 * 1024 * 1024)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    readers = Readers()
    while line := await lines.readline():
        told = json.loads(line)
        answer = await readers.verbs[told["do"]](told)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    if sys.platform != "win32":
        # Not there on Windows.
        import uvloop

        uvloop.run(main())
    else:
        asyncio.run(main())
