"""The drill's own connections to PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .child import ChildError

CONNECT_SECONDS = 10


@contextmanager
def connected(address: str, autocommit: bool = False) -> Iterator[Any]:
    """Open a psycopg connection to the address of a server or database.

    Raises:
        ChildError: PostgreSQL refused; the message is its own.
    """
    # An optional dependency, installed only for PostgreSQL.
    import psycopg

    address = address.replace("postgres://", "postgresql://", 1)
    try:
        opened = psycopg.connect(address, autocommit=autocommit, connect_timeout=CONNECT_SECONDS)
    except psycopg.ProgrammingError:
        # This message is libpq's. It quotes the address with its password, so it is not shown.
        raise ChildError(
            "PostgreSQL: the address cannot be read; write % in the password as %25."
        ) from None
    except psycopg.Error as error:
        raise ChildError(f"PostgreSQL: {' '.join(str(error).split())}") from error
    try:
        with opened as connection:
            yield connection
    except psycopg.Error as error:
        raise ChildError(f"PostgreSQL: {' '.join(str(error).split())}") from error
