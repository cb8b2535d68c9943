"""All who read a live story at once, and whatever else a reader can ask for."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode

from websockets.sync.client import connect

from .followers import Programs
from .pages import OpenPage, context_of, get
from .paper import Paper

# In all texts of the first story and of its posts.
WORDS = "zqpost"
SECONDS = 20.0


class Readers:
    """Open pages, programs by all transports, and one who asks for everything anew.

    Attributes:
        paths: the pages: the front page, the story, older posts, a permalink.
    """

    def __init__(self, paper: Paper, ending: ExitStack) -> None:
        self._paper = paper
        newsroom, url, posts = paper.newsroom, paper.server.url, f"posts:{paper.first}"
        orders = [item["order"] for item in newsroom.state()[posts]["items"]]
        programs = Programs(url, newsroom.streams(), posts, orders[30])
        ending.callback(programs.end)
        pks = newsroom.posts(paper.first)
        post = pks[len(pks) * 7 // 10]
        self._calls = [f"/api/articles/{paper.first}", f"/api/articles/{paper.first}/posts"]
        self._calls.append(f"/api/posts/{post}")
        older, link = f"{paper.story}page/{orders[30]}/", f"{paper.story}posts/{post}/"
        self.paths = ["/", paper.story, older, link]
        context = context_of(paper.browser)
        ending.callback(context.close)
        self._pages = [OpenPage(context, url, url, path) for path in self.paths]
        self._programs = programs.all
        self.all = [*self._pages, *self._programs]

    def holding(self, words: str) -> list[str]:
        """Return where a text is."""
        found = [f"open {page.path}" for page in self._pages if words in page.html()]
        found += [each.transport for each in self._programs if words in each.told()]
        return found + [where for where, told in self._told() if words in told]

    def places(self) -> list[str]:
        """Return all places in which the text of posts has to be."""
        names = [*(f"open {path}" for path in self.paths), "ws", "sse", "poll", *self.paths]
        asked = [f"{by}, {what}" for by in ("poll", "sse", "ws") for what in ("state", "replay")]
        return [*names, self._range, *self._calls, *asked]

    def rows(self) -> list[Any]:
        """Return what the pages show of posts and key events."""
        feeds = (page.feeds() for page in self._pages)
        kinds = ("posts:", "keys")
        return [
            {n: feed["rows"] for n, feed in each.items() if n.startswith(kinds)} for each in feeds
        ]

    def posts(self, path: str) -> list[Any]:
        """Return the posts on one of the pages."""
        page = self._pages[self.paths.index(path)]
        return list(page.feeds()[f"posts:{self._paper.first}"]["rows"])

    def _told(self) -> Iterator[tuple[str, str]]:
        paper, begin = self._paper, self._paper.begin
        for path in (*self.paths, self._range):
            yield path, get(paper.server.url + path).text
        for path in self._calls:
            yield path, get(paper.server.url + path, **paper.token).text
        state = "&".join(f"stream={name}" for name in begin)
        replay = "&".join(f"stream={name}@{at}" for name, at in begin.items()) + "&replay=all"
        for ask in (self._poll, self._sse, self._ws):
            by = ask.__name__.strip("_")
            yield f"{by}, state", ask(state)
            yield f"{by}, replay", ask(replay)

    @property
    def _range(self) -> str:
        return f"/live/range?{urlencode({'stream': f'posts:{self._paper.first}', 'limit': 100})}"

    def _poll(self, query: str) -> str:
        """Return all polls until nothing more waits."""
        told = ""
        while True:
            answer = get(f"{self._paper.server.url}/live/poll?{query}").text
            told += answer
            said = json.loads(answer)
            if said["next"]:
                return told
            query = "&".join(f"stream={name}@{at}" for name, at in said["cursors"].items())
            query += "&replay=all"

    def _sse(self, query: str) -> str:
        """Return an event stream until each stream is live."""
        told, left = [], query.count("stream=")
        address = f"{self._paper.server.url}/live/sse?{query}"
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:
            while left:
                told.append(answer.readline().decode())
                left -= told[-1].startswith("event: live")
        return "".join(told)

    def _ws(self, query: str) -> str:
        """Return what comes by WebSocket until each stream is live."""
        told, left = [], query.count("stream=")
        address = f"{self._paper.server.ws_url}/live/ws?{query}"
        protocols: Any = ["stoppress.v1"]
        with connect(address, subprotocols=protocols, proxy=None) as line:
            while left:
                told.append(str(line.recv(timeout=SECONDS)))
                left -= told[-1].startswith('{"type":"live"')
        return "".join(told)
