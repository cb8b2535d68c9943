"""The answer to a form of the admin that is longer than the limit."""

import json
from html import escape
from typing import Any
from urllib.parse import quote

from django.utils.translation import get_language, gettext

MIB = 1024 * 1024


def answer_to_editor(scope: Any, limit: int) -> tuple[bytes, bytes]:
    """Return the content type and the body of a 413: a page with a way back, or JSON for a script.

    It is in the site's language, because the user is not known yet.

    Args:
        limit: of the body, in bytes.
    """
    words = gettext(
        "Nothing was saved: this form takes at most %(most)s MiB at once. Of several pictures, "
        "upload some, and then the others."
    ) % {"most": f"{limit / MIB:.2g}"}
    headers = dict(scope["headers"])
    if b"application/json" in headers.get(b"accept", b""):
        return b"application/json", json.dumps({"error": words}).encode()
    title = escape(gettext("Too much was sent"))
    again = escape(gettext("Open the form again"))
    kept = gettext("Your text is still there if you go back in your browser.")
    page = (
        f'<!doctype html><html lang="{escape(get_language() or "en")}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<h1>{title}</h1><p>{escape(words)}</p><p>{escape(kept)}</p>"
        f'<p><a href="{escape(quote(scope["path"]))}">{again}</a></p></html>\n'
    )
    return b"text/html; charset=utf-8", page.encode()
