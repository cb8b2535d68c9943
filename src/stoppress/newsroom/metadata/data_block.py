"""Facts as a data block of a page: JSON that no text in it can leave."""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

CONTEXT = "https://schema.org"
# No text can end the element, begin a comment, or end a line of a script (HTML, 4.12.1.3).
_ESCAPED = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}

Thing = dict[str, Any]


def data_block(things: list[Thing]) -> SafeString:
    """Return schema.org's terms as `<script type="application/ld+json">`; nothing for no things."""
    if not things:
        return SafeString("")
    graph = {"@context": CONTEXT, "@graph": things}
    written = json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)
    return mark_safe(f'<script type="application/ld+json">{written}</script>')


def said(kind: str, **properties: Any) -> Thing:
    """Return a thing of a kind with those of its properties that say something."""
    told = {name: value for name, value in properties.items() if value not in (None, "", [])}
    return {"@type": kind, **told}
