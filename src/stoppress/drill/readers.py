"""The readers' process: hundreds of readers on one event loop, controlled by JSON lines.

`python -m stoppress.drill.readers` reads one JSON object per line and answers each with one.
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

Message = dict[str, Any]


class Readers:
    """The readers of the process, and the commands for them."""

    def __init__(self) -> None:
        self._table = FrameTable()
        self._readers: list[Reader | LightReader] = []
        self.verbs: dict[str, Callable[[Message], Awaitable[Message]]] = {
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

    async def join(self, message: Message) -> Message:
        """Start readers: `{"readers": [{"url", "transport", "asked"}]}`."""
        first = len(self._readers)
        for number, one in enumerate(message["readers"], start=first):
            kind = LightReader if one["transport"] == "light" else Reader
            reader = kind(number, one["url"], one["transport"], one["asked"], self._table)
            self._readers.append(reader)
            reader.start()
        return {"first": first}

    async def leave(self, message: Message) -> Message:
        """Disconnect readers; they keep their cursors."""
        await asyncio.gather(*(reader.leave() for reader in self._named(message)))
        return {}

    async def come_back(self, message: Message) -> Message:
        """Reconnect readers, from the cursors that they kept."""
        for reader in self._named(message):
            reader.start()
        return {}

    async def change_transport(self, message: Message) -> Message:
        """Make readers continue on another transport."""
        for reader in self._named(message):
            if isinstance(reader, Reader):
                reader.change_transport(message["transport"])
        return {}

    async def halt(self, message: Message) -> Message:
        """Make light readers stop reading, with their connections open."""
        for reader in self._named(message):
            if isinstance(reader, LightReader):
                reader.halt()
        return {}

    async def go_on(self, message: Message) -> Message:
        """Make halted readers read on."""
        for reader in self._named(message):
            if isinstance(reader, LightReader):
                reader.go_on()
        return {}

    async def where(self, message: Message) -> Message:
        """Count the readers that have joined and that are at the given heads; list refusals."""
        named = self._named(message)
        return {
            "all": len(named),
            "joined": sum(reader.joined() for reader in named),
            "there": sum(reader.at(message["heads"], message["beyond"]) for reader in named),
            "refused": [reader.refused for reader in named if reader.refused][:3],
        }

    async def places(self, message: Message) -> Message:
        """Return the cursor of each reader in a stream; readers that poll are left out."""
        pushed = (reader for reader in self._readers if reader.transport != "poll")
        return {"places": [at for r in pushed if (at := r.cursors.get(message["stream"]))]}

    async def records(self, message: Message) -> Message:
        """Write every reader's record to a file."""
        accounts = [reader.account() for reader in self._readers]
        data = json.dumps({"frames": self._table.frames, "readers": accounts})
        Path(message["path"]).write_text(data)
        return {}

    def _named(self, message: Message) -> list[Reader | LightReader]:
        numbers = message.get("numbers")
        return self._readers if numbers is None else [self._readers[n] for n in numbers]


async def main() -> None:
    """Answer messages until the input ends."""
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader(limit=64 * 1024 * 1024)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    readers = Readers()
    while line := await lines.readline():
        message = json.loads(line)
        answer = await readers.verbs[message["do"]](message)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    if sys.platform != "win32":
        # uvloop does not exist on Windows.
        import uvloop

        uvloop.run(main())
    else:
        asyncio.run(main())
