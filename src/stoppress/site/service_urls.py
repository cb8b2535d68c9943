"""Read the addresses of services, and never show the password that one may hold.

A parser that misreads an address takes a part of the password for the host or the port, and shows
it in an error. So this module refuses an address that can be read in two ways.
"""

import re
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from . import env

_HOLDS_THE_LOG = re.compile("postg|sqlite|spatialite")
_HOW = (
    "in the user's name and the password write % as %25, / as %2F, ? as %3F, # as %23 and @ as "
    "%40; a port is a number up to 65535. The value is not shown, since a password may be in it."
)
_DATABASE = "postgres://USER:PASSWORD@HOST:PORT/NAME or sqlite:////PATH"
# A PostgreSQL server whose machine vanishes is given up within about ten seconds. The operating
# system would wait for a quarter of an hour, and until then readers would get no news.
_GIVING_UP = {
    "connect_timeout": 5,
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
_REDIS = "redis://USER:PASSWORD@HOST:PORT/NUMBER, rediss:// or unix://"


def database(name: str, url: str) -> dict[str, Any]:
    """Return Django's settings for the database at an address.

    Args:
        name: the variable that holds the address.

    Raises:
        ImproperlyConfigured: the address cannot be read, or its driver is not installed. The
            message says what to do, and shows no part of the address.
    """
    scheme, mark, rest = url.partition("://")
    known = mark and (scheme in environ.Env.DB_SCHEMES or re.fullmatch(r"\w+(\.\w+)+", scheme))
    host_in_sqlite = scheme == "sqlite" and rest != ":memory:" and rest[:1] not in ("/", "")
    if known and not host_in_sqlite and (scheme == "sqlite" or _is_plain(rest)):
        try:
            config: dict[str, Any] = environ.Env.db_url_config(url)
            if scheme in environ.Env.DB_SCHEMES and not _HOLDS_THE_LOG.search(config["ENGINE"]):
                raise ImproperlyConfigured(f"{env.source(name)} names {scheme}. It is {_DATABASE}.")
            if "postgresql" in config["ENGINE"]:
                env.require("psycopg", f"{name} names PostgreSQL", "stop-press[postgres]")
                config["OPTIONS"] = _GIVING_UP | config.get("OPTIONS", {})
            return config
        except ValueError:
            pass  # its message contains a part of the address
    raise _unreadable(name, _DATABASE)


def redis(name: str, url: str) -> str:
    """Return the address of a Redis server, checked to have one reading only.

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
            pass  # its message contains a part of the address
    raise _unreadable(name, _REDIS)


def _is_plain(rest: str) -> bool:
    """Return whether the password has no `/` or `?`, where a parser would end it too early."""
    # URL parsers silently drop tabs and line feeds.
    return rest.isprintable() and "@" not in re.sub(r"^[^/?]*", "", rest)


def _unreadable(name: str, form: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{env.source(name)} cannot be read. It is {form}; {_HOW}")
