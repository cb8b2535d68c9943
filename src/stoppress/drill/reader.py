"""One reader of a drill: the reference client, on any transport."""

from stoppress.live.client import Follower, Refused, TransportName
from stoppress.live.protocol.cursor import parse_cursor

from .attendee import Attendee
from .frame_table import FrameTable, decode_once


class Reader(Attendee):
    """A reader that uses the reference client."""

    def __init__(
        self,
        number: int,
        url: str,
        transport: TransportName,
        asked: dict[str, str | None],
        table: FrameTable,
        *,
        answers: bool = True,
    ) -> None:
        super().__init__(number, url, transport, asked, table)
        self.answers = answers
        self._follower: Follower | None = None

    def change_transport(self, transport: TransportName) -> None:
        """Continue on another transport, in mid-stream."""
        self.transport = transport
        if self._follower is not None:
            self._follower.change_transport(transport)

    def joined(self) -> bool:
        """Return whether each stream has a cursor, and the connection is open."""
        open_ = bool(self.notes) and self.notes[-1][1] == "connected"
        return open_ and all(self.cursors.values())

    def at(self, heads: dict[str, str], beyond: bool = False) -> bool:
        """Return whether the reader is at the given heads, or with `beyond` at or past them."""
        return all(
            heads.get(stream, at) == at or (beyond and _position(at) > _position(heads[stream]))
            for stream, at in self.cursors.items()
        )

    async def _follow(self) -> None:
        self._follower = Follower(
            self.url,
            dict(self.cursors),
            self._note,
            transport=self.transport,
            decode=decode_once,
            answers=self.answers,
        )
        try:
            async for frame in self._follower.frames():
                self._apply(frame)
        except Refused as refused:
            self.refused = str(refused)
        except Exception as error:
            # A reader that fails must appear in the report as failed, not as slow.
            self.refused = f"the client failed: {error!r}"


def _position(cursor: str | None) -> int:
    parsed = parse_cursor(cursor or "")
    return parsed.position if parsed else -1
