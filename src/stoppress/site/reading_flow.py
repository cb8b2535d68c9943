"""When a connection is read: not while what was read waits to be parsed."""

from uvicorn.protocols.http.flow_control import FlowControl


class ReadingFlow(FlowControl):
    """uvicorn's, which an application lets read on whenever it waits for its client."""

    _held = False

    def hold(self) -> None:
        """Read nothing until released, whatever the application asks for."""
        self._held = True
        self.pause_reading()

    def release(self) -> None:
        """Read on."""
        self._held = False
        self.resume_reading()

    def resume_reading(self) -> None:
        """Read on, unless held."""
        if not self._held:
            super().resume_reading()
