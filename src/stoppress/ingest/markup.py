"""Write the parsed HTML of a publisher as HTML again; nh3 then sanitizes it."""

import html

from stoppress.newsroom.body.elements import VOID


class Markup:
    """A sink for parsed elements and text; it writes them as HTML."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def start(self, name: str, values: dict[str, str]) -> None:
        written = "".join(f' {key}="{html.escape(value)}"' for key, value in values.items())
        self.parts.append(f"<{name}{written}>")

    def end(self, name: str) -> None:
        assert name not in VOID
        self.parts.append(f"</{name}>")

    def text(self, data: str) -> None:
        self.parts.append(html.escape(data, quote=False))

    def html(self) -> str:
        return "".join(self.parts)
