"""The frames that a drill's readers applied, each kept once."""

import json
from functools import lru_cache
from typing import Any

from stoppress.live.client.wire import Frame


@lru_cache(maxsize=4096)
def decode_once(message: str | bytes) -> Any:
    """Decode JSON; hundreds of readers are sent the same bytes, and none changes them."""
    return json.loads(message)


class FrameTable:
    """Every frame that was applied, once."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self._places: dict[int, int] = {}

    def place(self, frame: Frame) -> int:
        """Return a frame's place; equal bytes are one object here, see `decode_once`."""
        place = self._places.setdefault(id(frame), len(self.frames))
        if place == len(self.frames):
            self.frames.append(frame)
        return place
