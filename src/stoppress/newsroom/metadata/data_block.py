"""Write schema.org objects as a data block: JSON in a script element that no text can close."""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

CONTEXT = "https://schema.org"
# So that no text can end the element, begin a comment or end a line (HTML, 4.12.1.3).
_ESCAPED = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}

Thing = dict[str, Any]


def data_block(things: list[Thing]) -> SafeString:
    """Return objects as `<script type="application/ld+json">`; empty if there are none."""
    if not things:
        return SafeString("")
    graph = {"@context": CONTEXT, "@graph": things}
    written = json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)
    return mark_safe(f'<script type="application/ld+json">{written}</script>')


def thing(kind: str, **properties: Any) -> Thing:
    """Return an object of a type without its empty properties."""
    given = {name: value for name, value in properties.items() if value not in (None, "", [])}
    return {"@type": kind, **given}
