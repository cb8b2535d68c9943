"""Write what only a script would show as what it shows: AMP's elements, posts by Facebook. Pure."""

import html
import re

# A tag with its attributes. Possessive, so that it can be read in one way only.
_REST = r"""(?P<said>(?:[^<>"']|"[^"]*"|'[^']*')*+)>"""
_AMP = re.compile(r"<(/?)amp-(img|video|audio|iframe)(?=[\s/>])", re.IGNORECASE)
_POST = re.compile(rf"<div(?=\s){_REST}", re.IGNORECASE)
_SNIPPET = re.compile(rf"<script(?=\s){_REST}", re.IGNORECASE)
# Between quotes: what is not ended by one would be read again at each class that follows.
_POSTS_CLASS = re.compile(r"""\sclass\s*=\s*["'][^"'>]*\bfb-(?:post|video)\b""", re.IGNORECASE)
_POSTS_ADDRESS = re.compile(r"""\sdata-href\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_SNIPPETS_ADDRESS = re.compile(
    r"""\ssrc\s*=\s*["']?((?:https?:)?//gist\.github\.com/[^"'\s>]+?)\.js\b""", re.IGNORECASE
)


def as_shown(publishers: str) -> str:
    """Return HTML in which an element that needs a script is the one that it would become."""
    plain = _AMP.sub(r"<\1\2", publishers)
    return _SNIPPET.sub(_snippet, _POST.sub(_post, plain))


def _post(found: re.Match[str]) -> str:
    """Put a frame before the empty place of a post: a link will stand for it."""
    address = _POSTS_ADDRESS.search(found["said"])
    if not address or not _POSTS_CLASS.search(found["said"]):
        return found[0]
    return _frame(address[1] or address[2]) + found[0]


def _snippet(found: re.Match[str]) -> str:
    address = _SNIPPETS_ADDRESS.search(found["said"])
    return _frame(address[1]) + found[0] if address else found[0]


def _frame(address: str) -> str:
    return f'<iframe src="{html.escape(html.unescape(address))}"></iframe>'
