"""PostgreSQL, as the drill itself connects to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .child import ChildError

CONNECT_SECONDS = 10


@contextmanager
def connected(address: str, autocommit: bool = False) -> Iterator[Any]:
    """Have a connection of psycopg to the server or the database of an address.

    Raises:
        ChildError: PostgreSQL refused, in its own words.
    """
    # An optional dependency: there only for PostgreSQL.
    import psycopg

    address = address.replace("postgres://", "postgresql://", 1)
    try:
        opened = psycopg.connect(address, autocommit=autocommit, connect_timeout=CONNECT_SECONDS)
    except psycopg.ProgrammingError:
        # libpq has said this, and no server. It quotes the address, and the password with it.
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
