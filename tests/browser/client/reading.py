"""A reader's page in a real browser, under a strict policy, and what a server renders for it."""

from html import escape
from typing import Any

from playwright.sync_api import Page, expect

from .scripted import Conversation, ScriptedServer, cursor

Item = dict[str, Any]
Tree = Any  # a text, or [name, {attributes}?, *children]

# A state that passes within half a second may be over before a test looks at the page.
RECORD_STATES = """
window.been = []
document.addEventListener('DOMContentLoaded', () => {
  const shown = document.querySelector('live-feed')
  if (!shown) return
  new MutationObserver(() => window.been.push(shown.dataset.state))
    .observe(shown, { attributeFilter: ['data-state'] })
})
"""

VOID = frozenset(("br", "hr", "img", "input", "source", "track", "wbr"))


def item(number: int, order: str, version: int = 1, **fields: Any) -> Item:
    """Return an article as it is on the wire; its view shows the fields."""
    shown: Item = {"key": f"article:{number}", "version": version, "order": order}
    shown |= {"headline": f"Story {number}", "url": f"/articles/{number}/", **fields}
    return {"view": view(shown), **shown}


def view(shown: Item) -> Tree:
    """Return what a template makes of an article."""
    tree = ["article", {"class": "item"}, ["h2", ["a", {"href": shown["url"]}, shown["headline"]]]]
    if shown.get("correction"):
        tree.append(["p", "Corrected: ", ["span", shown["correction"]["text"]]])
    if "first_published" in shown:
        moment = shown["first_published"]
        tree.append(["time", {"data-time": "", "datetime": moment}, f"{moment} UTC"])
    return [*tree, ["textarea"], ["div", {"class": "body"}, *shown.get("body", ())]]


def html(tree: Tree) -> str:
    """Return a tree as a server writes it."""
    if isinstance(tree, str):
        return escape(tree)
    name, *children = tree
    attributes = children.pop(0) if children and isinstance(children[0], dict) else {}
    told = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    # A parser drops a line that begins these.
    inner = ("\n" if name in ("pre", "textarea") else "") + "".join(map(html, children))
    return f"<{name}{told}>" + ("" if name in VOID else f"{inner}</{name}>")


def rendered(shown: Item) -> str:
    """Return an article as a server renders it: its view, and on the root what tells it apart."""
    name, attributes, *children = shown["view"]
    own = {f"data-{field}": str(shown[field]) for field in ("key", "version", "order")}
    return html([name, {**attributes, **own}, *children])


def feed(items: list[Item], at: int | None = 10, stream: str = "news", **more: str) -> str:
    """Return a server-rendered feed."""
    attributes = {"stream": stream, "limit": "30", "data-state": "connecting", **more}
    if at is not None:
        attributes["cursor"] = cursor(at)
    told = " ".join(f'{name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f"""<live-feed {told}>
      <p data-connection data-reconnecting="Connecting again" data-stopped="No more news here"
        data-offline="No connection since {{time}}" hidden></p>
      <p data-announce data-every="0.2" data-one="One new story" data-many="{{n}} new stories"></p>
      <button data-new-count="0" data-one="One more" data-many="{{n}} more" hidden></button>
      {"".join(map(rendered, items))}
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
        page.add_init_script(RECORD_STATES)

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

    def wait_for_loss(self) -> None:
        """Wait until the feed is, or was for a moment since the last call, reconnecting."""
        self.page.wait_for_function("() => window.been.includes('reconnecting')")
        self.ask("window.been.length = 0")

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
