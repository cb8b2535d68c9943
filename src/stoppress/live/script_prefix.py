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

    uvicorn's scopes are so already. Daphne, Hypercorn and Granian pass the path as they got it, and
    a proxy may have removed the prefix: Django's `request.path` would lack it, and Channels'
    `URLRouter` would find no route. The prefix is FORCE_SCRIPT_NAME, or the server's `root_path`.
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
    """Set the script prefix for URLs made in the block, in any thread.

    Django sets the prefix only for a request, and a view rendered in the hub's thread must equal
    the page's. Only FORCE_SCRIPT_NAME counts here. A request's own `root_path` must not be in data
    for all readers: daphne takes it from a header that any client may send.
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
