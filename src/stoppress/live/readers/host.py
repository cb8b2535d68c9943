"""The host that a request is sent to: it must be one of this site's (ALLOWED_HOSTS)."""

import logging
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.http.request import split_domain_port, validate_host

logger = logging.getLogger("stoppress.live")

# A host name has at most 253 characters (RFC 1035, section 2.3.4), a port six. Longer values are
# not cached either.
HOST_BYTES = 260
FOREIGN = b"This host does not belong to this site: it is not in ALLOWED_HOSTS.\n"
# The hosts that Django allows in debug mode if ALLOWED_HOSTS is empty.
_IN_DEBUG = (".localhost", "127.0.0.1", "[::1]")


def is_for_this_site(scope: Any) -> bool:
    """Return whether a request is for a host of this site, by Django's own rules.

    A browser sends no Origin with a GET to its page's own host. An attacker's page can point its
    own name at this server. But it cannot choose the Host header: the browser sends the attacker's
    name.
    """
    host = host_of(scope)
    if host is None:
        return True
    if len(host) <= HOST_BYTES and _is_of(host, _rules()[0]):
        return True
    logger.info("refused a foreign Host: %.200r is not in ALLOWED_HOSTS", host)
    return False


# Needed for each reader; reading Django's settings takes a microsecond each time.
@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[str, ...], bool]:
    """Return the allowed hosts, and whether a proxy's X-Forwarded-Host counts."""
    return allowed_hosts(), settings.USE_X_FORWARDED_HOST


@receiver(setting_changed)
def _forget(setting: str, **_: Any) -> None:
    if setting in {"ALLOWED_HOSTS", "DEBUG", "USE_X_FORWARDED_HOST"}:
        _rules.cache_clear()


def allowed_hosts() -> tuple[str, ...]:
    """Return the hosts of the site, as Django's `get_host` determines them."""
    return tuple(settings.ALLOWED_HOSTS) or (_IN_DEBUG if settings.DEBUG else ())


def host_of(scope: Any) -> bytes | None:
    """Return the host that is asked for; None where neither client nor server names one.

    Several Host headers make an invalid one, as they do for Django.
    """
    headers = scope.get("headers", ())
    if _rules()[1]:
        told = [value for name, value in headers if name == b"x-forwarded-host"]
        if told:
            return b",".join(told)
    if hosts := [value for name, value in headers if name == b"host"]:
        return b",".join(hosts)
    # HTTP/1.0, or a client that is no browser: browsers always send it (RFC 9112, section 3.2).
    server = scope.get("server")
    if not server or not server[0] or server[1] is None:
        return None
    name = str(server[0])
    return (f"[{name}]" if ":" in name else name).encode()


# A crowd asks for the same host.
@lru_cache(maxsize=256)
def _is_of(host: bytes, allowed: tuple[str, ...]) -> bool:
    domain, _ = split_domain_port(host.decode("latin1"))
    return bool(domain) and validate_host(domain, allowed)
