"""The browser client's file among a site's static files."""

from pathlib import Path

from django.templatetags.static import static

MODULE = "stoppress/live/index.js"
# The same module without imports. A wheel has it in the other's place; a checkout has both.
ONE_FILE = "stoppress/live/built/index.js"
IN_PARTS = (Path(__file__).parent / "static" / ONE_FILE).exists()


def client_address() -> str:
    """Return the address at which the site's storage of static files has the browser client.

    Raises:
        ValueError: the storage keeps a manifest, and the client is not in it.
    """
    address = static(MODULE)
    # A storage that adds a file's digest to its address does not add one to what it imports.
    if IN_PARTS and not address.endswith(MODULE):
        return static(ONE_FILE)
    return address
