"""The interface by which a drill stops and starts PostgreSQL and Redis servers.

The drill itself stops only its own processes. A caller that started a server implements this
interface for it, and so permits the drill to restart it.
"""

from pathlib import Path
from typing import Protocol


class RedisControl(Protocol):
    """A Redis server that may be stopped."""

    url: str

    def go_away(self) -> None:
        """Stop the server; its data is lost."""

    def come_back(self) -> None:
        """Start it again at the same address."""


class PostgresControl(Protocol):
    """A PostgreSQL server that may be stopped, and restored to an earlier state.

    Attributes:
        directory: the server's directory on this machine, which the server's user may enter.
    """

    directory: Path

    def url(self, database: str = "postgres") -> str:
        """Return the address of one of its databases."""

    def go_away(self) -> None:
        """Stop the server, and end every connection to it."""

    def come_back(self) -> None:
        """Start it again at the same address."""

    def keep_copy(self) -> None:
        """Copy the data of the stopped server."""

    def put_copy_back(self) -> None:
        """Replace the stopped server's data by the copy."""
