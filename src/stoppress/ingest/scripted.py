"""Make snippets of GitHub visible, which otherwise only a script shows. Pure."""

import html
import re

# A tag with its attributes. Possessive, so that it is not backtracked into.
_SNIPPET = re.compile(r"""<script(?=\s)(?P<said>(?:[^<>"']|"[^"]*"|'[^']*')*+)>""", re.IGNORECASE)
_ADDRESS = re.compile(
    r"""\ssrc\s*=\s*["']?((?:https?:)?//gist\.github\.com/[^"'\s>]+?)\.js\b""", re.IGNORECASE
)


def as_shown(publishers: str) -> str:
    """Return HTML with an iframe before each snippet's script; a link later replaces the iframe."""
    return _SNIPPET.sub(_framed, publishers)


def _framed(found: re.Match[str]) -> str:
    address = _ADDRESS.search(found["said"])
    if not address:
        return found[0]
    return f'<iframe src="{html.escape(html.unescape(address[1]))}"></iframe>{found[0]}'
