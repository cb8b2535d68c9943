"""The script prefix: the path below which a site is served (ASGI's `root_path`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.urls import get_script_prefix, set_script_prefix
from django.utils.http import escape_leading_slashes


def path_below(scope: Any) -> str:
    """Return a request's path below the script prefix, by the rule of Django's `ASGIRequest`."""
    path: str = scope["path"]
    return path.removeprefix(settings.FORCE_SCRIPT_NAME or scope.get("root_path") or "")


def as_specified(scope: Any) -> Any:
    """Return a scope whose path begins with `root_path` (ASGI's specification, HTTP).

    So it comes from uvicorn. Daphne, Hypercorn and Granian give the path as they got it, and a
    proxy may have removed the prefix: Django's `request.path` would lack it, and Channels'
    `URLRouter` would know no route. The prefix is FORCE_SCRIPT_NAME, or what the server was told.
    """
    told = scope.get("root_path") or ""
    root, path = (settings.FORCE_SCRIPT_NAME or told).rstrip("/"), scope["path"]
    if not root and not told:
        return scope
    scope = {**scope, "root_path": root}
    if f"{path}/".startswith(f"{root}/"):
        return scope
    raw = {"raw_path": quote(root).encode() + scope["raw_path"]} if scope.get("raw_path") else {}
    return {**scope, "path": root + path, **raw}


@contextmanager
def site_prefix() -> Iterator[None]:
    """Let the addresses made in the block be those of the site's pages, whatever thread runs it.

    Django sets the prefix for a request, and nowhere else in a server: a view that the hub's
    thread renders has to be equal to the page's. Here FORCE_SCRIPT_NAME alone counts. A request's
    own `root_path` must not reach what all readers get: daphne takes it from a header that any
    client may send.
    """
    before = get_script_prefix()
    if before == "/":
        set_script_prefix(settings.FORCE_SCRIPT_NAME or "/")
    try:
        yield
    finally:
        set_script_prefix(before)


def address_of(path: str) -> str:
    """Return the address of a path below the current script prefix, as a browser asks for it."""
    return escape_leading_slashes(quote(get_script_prefix() + path))
