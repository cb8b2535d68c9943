"""The reference client: follows streams over WebSocket, SSE or poll, and resumes by itself."""

try:
    import aiohttp  # noqa: F401
except ModuleNotFoundError as error:
    raise ImportError(
        'stoppress.live.client needs aiohttp: pip install "stop-press[client]"'
    ) from error

from .follower import Follower, Refused, TransportName, back_off

__all__ = ["Follower", "Refused", "TransportName", "back_off"]
