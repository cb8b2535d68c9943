"""The site in one process: it serves requests and does the background work."""

from .background.worker import Worker
from .serving.uvicorn_server import serve
from .welcome import Welcome


def serve_alone(host: str, port: int, background: bool) -> None:
    """Serve until a signal ends the process.

    Args:
        background: also publish due articles and trim the log.

    Raises:
        CannotListen: it could not listen at the address.
    """
    worker = Worker() if background else None
    serve(
        host,
        port,
        welcome=Welcome(host).text,
        on_start=worker.start if worker else None,
        on_stop=worker.stop if worker else None,
    )
