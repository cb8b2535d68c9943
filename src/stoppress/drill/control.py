"""What a drill needs of those who own the servers that it breaks.

The drill itself stops and kills nothing but its own processes: a PostgreSQL or Redis server that
may be restarted is handed to it by whoever started that server.
"""

from pathlib import Path
from typing import Protocol


class RedisControl(Protocol):
    """A Redis server that may be stopped."""

    url: str

    def go_away(self) -> None:
        """Stop the server; what it held is lost."""

    def come_back(self) -> None:
        """Start it again at the same address."""


class PostgresControl(Protocol):
    """A PostgreSQL server that may be stopped, and put back to where it was.

    Attributes:
        directory: one of its own on this machine, that its user may enter.
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
        """Put the copy in the place of the stopped server's data."""
