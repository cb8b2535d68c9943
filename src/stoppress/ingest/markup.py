"""Write what is read of a publisher's HTML as HTML again. nh3 has the last word on it."""

import html

from stoppress.newsroom.body.elements import VOID


class Markup:
    """A sink that keeps what it is told of as HTML."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def start(self, name: str, values: dict[str, str]) -> None:
        said = "".join(f' {key}="{html.escape(value)}"' for key, value in values.items())
        self.parts.append(f"<{name}{said}>")

    def end(self, name: str) -> None:
        assert name not in VOID
        self.parts.append(f"</{name}>")

    def text(self, data: str) -> None:
        self.parts.append(html.escape(data, quote=False))

    def html(self) -> str:
        return "".join(self.parts)
