"""The frames that a drill's readers applied, each stored once."""

import json
from functools import lru_cache
from typing import Any

from stoppress.live.client.wire import Frame


@lru_cache(maxsize=4096)
def decode_once(message: str | bytes) -> Any:
    """Decode JSON, with a cache: hundreds of readers get the same bytes, and none changes them."""
    return json.loads(message)


class FrameTable:
    """Stores every applied frame once."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self._places: dict[int, int] = {}

    def place(self, frame: Frame) -> int:
        """Return a frame's index. Frames of equal bytes are one object, see `decode_once`."""
        place = self._places.setdefault(id(frame), len(self.frames))
        if place == len(self.frames):
            self.frames.append(frame)
        return place
