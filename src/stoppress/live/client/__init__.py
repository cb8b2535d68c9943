"""The reference client: follows streams over WebSocket, SSE or poll, and resumes by itself."""

from .follower import Follower, Refused, TransportName, back_off

__all__ = ["Follower", "Refused", "TransportName", "back_off"]
