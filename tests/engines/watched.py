"""A server that keeps a log, and whose page records what went wrong on it."""

from aiohttp import web

from tests.browser.client.newswire import Newswire
from tests.browser.client.reading import feed
from tests.browser.client.scripted import Frame, cursor

SCRIPT = """
window.faults = []
window.applied = []
document.addEventListener('securitypolicyviolation', event => faults.push(event.violatedDirective))
addEventListener('error', event => faults.push(event.message))
addEventListener('unhandledrejection', event => faults.push(String(event.reason)))
document.addEventListener('stoppress:event', event => applied.push(event.detail.cursor))
"""


class Watched(Newswire):
    """A `Newswire` with a page of its own."""

    def show(self, items: list[Frame], around: str = "{}", **attributes: str) -> str:
        """Make the page show some items at the wire's beginning; returns its address."""
        body = around.format(feed(items, **attributes))
        self.page = f"""<!doctype html><html lang="en-GB"><head><title>News</title>
          <link rel="stylesheet" href="/style.css"><script src="/watch.js"></script>
          <script type="module" src="/static/index.js"></script></head><body>{body}</body></html>"""
        return self.address

    def remove(self, key: str, version: int) -> None:
        """Retract an item."""
        self.run(self._remove(key, version))

    async def _remove(self, key: str, version: int) -> None:
        item = {"key": key, "version": version}
        await self._tell({"op": "remove", "event": "article.retracted", "key": key, "item": item})

    @property
    def cursors(self) -> list[str]:
        """The cursor of each event, in order."""
        return [frame["cursor"] for frame in self.log]

    @property
    def at_head(self) -> str:
        """An expression: is the page at the last event?"""
        return (
            f"document.querySelector('live-feed').getAttribute('cursor') === '{cursor(self.head)}'"
        )

    def route(self, router: web.UrlDispatcher) -> None:
        super().route(router)
        router.add_get("/watch.js", self._watch)

    async def _watch(self, request: web.Request) -> web.Response:
        return web.Response(text=SCRIPT, content_type="text/javascript")
