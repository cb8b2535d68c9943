"""Find active content in a page."""

from html.parser import HTMLParser

FORBIDDEN = {"script", "style", "iframe", "object", "embed", "form", "svg", "math", "link", "meta"}


class Audit(HTMLParser):
    """Collects elements, attributes and addresses that could be active in a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in FORBIDDEN:
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.found.append(name)
            if (value or "").strip().lower().startswith(("javascript:", "vbscript:", "data:")):
                self.found.append(f"{name}={value}")
