"""The browser client in a site's static files: its addresses, and a check that it exists."""

import logging
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.templatetags.static import static

from .asgi_types import Message, Send

logger = logging.getLogger("stoppress.live")

FOLDER = "stoppress/live/"
MODULE = f"{FOLDER}index.js"
# The same modules, bundled. A wheel has only these, under the names of the others.
BUILT = f"{FOLDER}built/"
IN_PARTS = (Path(__file__).parent / "static" / BUILT).exists()


def client_address() -> str:
    """Return the address at which the site's storage of static files has the browser client.

    Raises:
        ValueError: the storage keeps a manifest, and the client is not in it.
        Exception: whatever the storage raises, if it cannot be made.
    """
    return _address("index.js")


def older_address() -> str:
    """Return the address of the module that the client loads to read older items.

    Raises: as `client_address`.
    """
    return _address("older.js")


def _address(name: str) -> str:
    address = static(f"{FOLDER}{name}")
    # A storage that adds a file's digest to its address does not add one to what it imports.
    if IN_PARTS and not address.endswith(f"/{name}"):
        return static(f"{BUILT}{name}")
    return address


def is_collected() -> bool:
    """Return whether `collectstatic` would find the browser client."""
    return bool(finders.find(MODULE))


def tell_if_missing(scope: dict[str, Any], send: Send) -> Send:
    """Return a `send` that also logs if the client was requested here and does not exist.

    If another server in front serves static files, no such request comes here.
    """
    if FOLDER not in scope["path"]:
        return send

    async def told(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 404:
            path = _own_path()
            if path in {scope["path"], scope.get("root_path", "") + scope["path"]}:
                _tell_once(path)
        await send(message)

    return told


def _own_path() -> str | None:
    """Return the client's path on this site; None if it is on another, or has no address."""
    try:
        address = urlsplit(client_address())
    except Exception:  # whatever a storage raises that cannot be made
        return None  # no page with the client can be rendered, and Django reports that
    return None if address.netloc else address.path


@cache
def _tell_once(path: str) -> None:
    logger.error(
        "a browser asked for %s and got 404, so its page does not become live: nothing serves this "
        "site's static files. Run collectstatic and serve STATIC_ROOT, by the web server in front, "
        "WhiteNoise or ServeStatic; for development, ASGIStaticFilesHandler is enough.",
        path,
    )
