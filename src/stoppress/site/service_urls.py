"""Addresses of services, which may hold a password: read, or refused without showing a part of it.

Whoever reads an address wrongly takes a part of the password for the host or the port, and says so
in an error. So what can be read in two ways is refused here.
"""

import re
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from . import env

_HOW = (
    "in the user's name and the password write % as %25, / as %2F, ? as %3F, # as %23 and @ as "
    "%40; a port is a number up to 65535. The value is not shown, since a password may be in it."
)
_DATABASE = "postgres://USER:PASSWORD@HOST:PORT/NAME or sqlite:////PATH"
_REDIS = "redis://USER:PASSWORD@HOST:PORT/NUMBER, rediss:// or unix://"


def database(name: str, url: str) -> dict[str, Any]:
    """Return Django's settings of the database at an address.

    Args:
        name: the variable that it comes from.

    Raises:
        ImproperlyConfigured: it cannot be read, or its driver is not installed; the message
            says what to do, and nothing of the address.
    """
    scheme, mark, rest = url.partition("://")
    known = mark and (scheme in environ.Env.DB_SCHEMES or re.fullmatch(r"\w+(\.\w+)+", scheme))
    host_in_sqlite = scheme == "sqlite" and rest != ":memory:" and rest[:1] not in ("/", "")
    if known and not host_in_sqlite and (scheme == "sqlite" or _is_plain(rest)):
        try:
            config: dict[str, Any] = environ.Env.db_url_config(url)
            if "postgresql" in config["ENGINE"]:
                env.require("psycopg", f"{name} is of PostgreSQL", "stop-press[postgres]")
            return config
        except ValueError:
            pass  # its words have a part of the address
    raise _unreadable(name, _DATABASE)


def redis(name: str, url: str) -> str:
    """Return the address of a Redis server, if its client reads it as it is meant.

    Raises:
        ImproperlyConfigured: as for `database`.
    """
    scheme, _, rest = url.partition("://")
    if scheme in {"redis", "rediss", "unix"} and _is_plain(rest) and "#" not in rest:
        try:
            _ = urlsplit(url).port
            env.require("channels_redis", f"{name} is set", "stop-press[redis]")
            return url
        except ValueError:
            pass  # its words have a part of the address
    raise _unreadable(name, _REDIS)


def _is_plain(rest: str) -> bool:
    """Return whether a password ends where the host begins, and not at a mark of its own before."""
    # What reads addresses leaves tabs and line feeds out without a word.
    return rest.isprintable() and "@" not in re.sub(r"^[^/?]*", "", rest)


def _unreadable(name: str, form: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{env.source(name)} cannot be read. It is {form}; {_HOW}")
