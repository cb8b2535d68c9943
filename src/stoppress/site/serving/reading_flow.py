"""When a connection is read: not while a body is not taken, or while bytes wait to be parsed."""

from uvicorn.protocols.http.flow_control import FlowControl


class ReadingFlow(FlowControl):
    """uvicorn's, with a second reason to pause: what was read already is still to be parsed."""

    _held = _full = False

    def hold(self) -> None:
        """Read nothing until released."""
        self._held = True
        super().pause_reading()

    def release(self) -> None:
        """Read on, unless the application has not taken the body that came."""
        self._held = False
        if not self._full:
            super().resume_reading()

    def pause_reading(self) -> None:
        """Read nothing until the application takes the body that came."""
        self._full = True
        super().pause_reading()

    def resume_reading(self) -> None:
        """Read on, unless what was read already is still to be parsed."""
        self._full = False
        if not self._held:
            super().resume_reading()

    def read_on(self) -> None:
        """Read on in any case: what comes is dropped, or belongs to somebody else."""
        self._held = self._full = False
        super().resume_reading()
