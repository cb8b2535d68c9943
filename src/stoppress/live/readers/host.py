"""Whom a request asks: this site, by a name that is its own (Django's ALLOWED_HOSTS)."""

import logging
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.http.request import split_domain_port, validate_host

logger = logging.getLogger("stoppress.live")

# A name has 253 characters at most (RFC 1035, section 2.3.4), and a port six. What is longer is
# not remembered either.
HOST_BYTES = 260
FOREIGN = b"This host is none of this site: ALLOWED_HOSTS does not name it.\n"
# What Django answers to where a site that is being made names nothing.
_IN_DEBUG = (".localhost", "127.0.0.1", "[::1]")


def is_for_this_site(scope: Any) -> bool:
    """Say whether a request is for a host that this site answers to, by Django's own rules.

    A browser sends no Origin with a GET of its page's own host, and whoever made the page chooses
    where its name leads: here, too. What it cannot choose is the Host that the browser then sends.
    """
    host = _host_of(scope)
    if host is None:
        return True
    if len(host) <= HOST_BYTES and _is_of(host, _rules()[0]):
        return True
    logger.info("refused a foreign Host: %.200r is not of ALLOWED_HOSTS", host)
    return False


# Asked for with each reader, and each time Django's settings take a microsecond.
@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[str, ...], bool]:
    """Return the hosts that are allowed, and whether a proxy's word for the host counts."""
    return allowed_hosts(), settings.USE_X_FORWARDED_HOST


@receiver(setting_changed)
def _forget(setting: str, **_: Any) -> None:
    if setting in {"ALLOWED_HOSTS", "DEBUG", "USE_X_FORWARDED_HOST"}:
        _rules.cache_clear()


def allowed_hosts() -> tuple[str, ...]:
    """Return the hosts that the site answers to, as Django's `get_host` finds them."""
    return tuple(settings.ALLOWED_HOSTS) or (_IN_DEBUG if settings.DEBUG else ())


def _host_of(scope: Any) -> bytes | None:
    """Return the host that is asked for; None where neither client nor server names one.

    Several make one that is none, as they do for Django.
    """
    headers = scope.get("headers", ())
    if _rules()[1]:
        told = [value for name, value in headers if name == b"x-forwarded-host"]
        if told:
            return b",".join(told)
    if hosts := [value for name, value in headers if name == b"host"]:
        return b",".join(hosts)
    # HTTP/1.0, or a client that is no browser: those always say it (RFC 9112, section 3.2).
    server = scope.get("server")
    if not server or not server[0] or server[1] is None:
        return None
    name = str(server[0])
    return (f"[{name}]" if ":" in name else name).encode()


# A crowd asks for one and the same.
@lru_cache(maxsize=256)
def _is_of(host: bytes, allowed: tuple[str, ...]) -> bool:
    domain, _ = split_domain_port(host.decode("latin1"))
    return bool(domain) and validate_host(domain, allowed)
