"""The reference client: follows streams over WebSocket, SSE or poll, and resumes by itself."""

try:
    from .follower import Follower, Refused, TransportName, back_off
except ModuleNotFoundError as error:
    if error.name not in {"aiohttp", "yarl"}:
        raise
    raise ImportError(
        'stoppress.live.client needs aiohttp: pip install "stop-press[client]"'
    ) from error

__all__ = ["Follower", "Refused", "TransportName", "back_off"]
