"""Backpressure on a client: when its connection is read, and when reading pauses."""

from uvicorn.protocols.http.flow_control import FlowControl


class ReadingFlow(FlowControl):
    """uvicorn's flow control with a second reason to pause: received bytes wait to be parsed."""

    _held = _full = False

    def hold(self) -> None:
        """Pause reading until `release`."""
        self._held = True
        super().pause_reading()

    def release(self) -> None:
        """Resume reading, unless the application has not taken the received body yet."""
        self._held = False
        if not self._full:
            super().resume_reading()

    def pause_reading(self) -> None:
        """Pause reading until the application takes the received body."""
        self._full = True
        super().pause_reading()

    def resume_reading(self) -> None:
        """Resume reading, unless received bytes still wait to be parsed."""
        self._full = False
        if not self._held:
            super().resume_reading()

    def read_on(self) -> None:
        """Resume reading in any case: the bytes are dropped, or another protocol takes them."""
        self._held = self._full = False
        super().resume_reading()
