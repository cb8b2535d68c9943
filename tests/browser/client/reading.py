"""A reader's page in a real browser, under a strict policy, and what a server renders for it."""

from typing import Any

from playwright.sync_api import Page, expect

from .scripted import Conversation, ScriptedServer, cursor

TEMPLATE = """
<article data-key data-version data-order>
  <h2><a data-attr-href="url" data-attr-onclick="url" data-attr-style="url" data-attr-srcdoc="url"
    data-field="headline"></a></h2>
  <p data-if="correction" hidden>Corrected: <span data-field="correction.text"></span></p>
  <span data-field="section.name"></span>
  <time data-time="first_published"></time>
  <img data-attr-src="image" data-attr-alt="headline">
  <textarea></textarea>
  <div class="body" data-blocks="body"></div>
</article>
"""

Item = dict[str, Any]


def item(number: int, order: str, version: int = 1, **fields: Any) -> Item:
    """Return an article as it is on the wire."""
    shown: Item = {"key": f"article:{number}", "version": version, "order": order}
    return {**shown, "headline": f"Story {number}", "url": f"/articles/{number}/", **fields}


def rendered(shown: Item) -> str:
    """Return an article as a server renders it."""
    names = " ".join(f'data-{name}="{shown[name]}"' for name in ("key", "version", "order"))
    return f"""
    <article {names}>
      <h2><a data-attr-href="url" href="{shown["url"]}"
        data-field="headline">{shown["headline"]}</a></h2>
      <p data-if="correction" hidden>Corrected: <span data-field="correction.text"></span></p>
      <textarea></textarea>
      <div class="body" data-blocks="body"></div>
    </article>"""


def feed(items: list[Item], at: int | None = 10, stream: str = "news", **more: str) -> str:
    """Return a server-rendered feed."""
    attributes = {"stream": stream, "limit": "30", "data-state": "connecting", **more}
    if at is not None:
        attributes["cursor"] = cursor(at)
    told = " ".join(f'{name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f"""<live-feed {told}>
      <p data-connection data-reconnecting="Connecting again" data-stopped="No more news here"
        hidden></p>
      <p data-announce data-every="0.2" data-one="One new story" data-many="{{n}} new stories"></p>
      {"".join(map(rendered, items))}
      <template>{TEMPLATE}</template>
      <p data-when-empty {"hidden" if items else ""}>Nothing yet</p>
    </live-feed>"""


class Reader:
    """A page in the browser, and the server that it reads from."""

    def __init__(self, page: Page, server: ScriptedServer) -> None:
        self.page = page
        self.server = server
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self._hear(message.text))
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', event =>"
            " console.warn('VIOLATION ' + event.violatedDirective + ' ' + event.sample));"
            "window.frames_seen = [];"
            "document.addEventListener('stoppress:event', event => window.frames_seen.push("
            "  [event.detail.type, event.detail.key,"
            "   document.querySelectorAll('article').length]));"
        )

    def _hear(self, text: str) -> None:
        if "VIOLATION" in text or "Content Security Policy" in text or "TrustedHTML" in text:
            self.errors.append(text)

    def open(self, body: str) -> None:
        """Open a page."""
        self.server.page = f"""<!doctype html><html lang="en-GB"><head><title>News</title>
          <link rel="stylesheet" href="/style.css">
          <script type="module" src="/static/index.js"></script></head><body>{body}</body></html>"""
        self.page.goto(self.server.address)

    def read(self, items: list[Item], at: int = 10, **more: str) -> Conversation:
        """Open a page with one feed of items at a cursor, and let it be live."""
        self.open(feed(items, at, **more))
        talk = self.server.next()
        talk.greet(at)
        self.wait_for("live")
        return talk

    def wait_for(self, state: str) -> None:
        """Wait until the feed is in a state."""
        expect(self.page.locator("live-feed").first).to_have_attribute("data-state", state)

    def wait_until(self, position: int, branch: int = 0) -> None:
        """Wait until the page has come to a cursor."""
        there = self.page.locator("live-feed").first
        expect(there).to_have_attribute("cursor", cursor(position, branch))

    @property
    def keys(self) -> list[str]:
        """The keys of the items from top to bottom."""
        keys: list[str] = self.ask(
            "[...document.querySelectorAll('article')].map(a => a.dataset.key)"
        )
        return keys

    def article(self, number: int) -> str:
        """Return the selector of an item."""
        return f'[data-key="article:{number}"]'

    def ask(self, expression: str, argument: Any = None) -> Any:
        """Evaluate something in the page."""
        return self.page.evaluate(expression, argument)


def three() -> list[Item]:
    """Return three articles, the newest first."""
    return [item(3, "3"), item(2, "2"), item(1, "1")]
