"""After any sequence of verbs on live stories, an open page equals a page opened now.

Programs by all three transports hold every stream and a range of older posts. Pages by all three
are open in a browser: the newest posts, older ones, those around one, the front page. Connections
are cut at random. `make long` runs it, STOPPRESS_SEED plays a walk again. Its followers poll, and
a page takes seconds to fall back to that, so it is too long for `make test`.
"""

import os
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import pytest
from playwright.sync_api import Browser

from tests.browser.client.hostile_proxy import HostileProxy
from tests.services.proxy import running

from .followers import Following, Programs
from .pages import OpenPage, context_of
from .site import Newsroom, check

VERBS = int(os.environ.get("STOPPRESS_VERBS", "0")) or 25
SEED = int(os.environ.get("STOPPRESS_SEED", "0")) or random.randrange(10**6)
STEP = 5
BLOCKED = {"ws": [], "sse": ["/live/ws"], "poll": ["/live/ws", "/live/sse"]}
ALL = ["/live/ws", "/live/sse", "/live/poll", "/live/range"]


class Line:
    """The connection of some pages by one transport. It can be cut and restored."""

    def __init__(self, proxy: HostileProxy, transport: str) -> None:
        self.proxy, self._blocked = proxy, BLOCKED[transport]
        self.connect()

    def connect(self) -> None:
        self.proxy.ways = dict.fromkeys(self._blocked, "cut")

    def cut(self) -> None:
        self.proxy.ways = dict.fromkeys(ALL, "cut")
        self.proxy.cut()


class Cuts:
    """Cuts connections at random moments, and lets them come back after some verbs."""

    def __init__(self, chance: random.Random) -> None:
        self._chance, self._away = chance, dict[Line | Following, int]()
        self.done = 0

    def maybe(self, line: Line | Following, likely: float) -> None:
        if line not in self._away and self._chance.random() < likely:
            line.cut()
            self.done += 1
            self._away[line] = self._chance.randrange(3)

    def pass_on(self) -> None:
        """Let those come back whose time is over."""
        for line in [each for each, turns in self._away.items() if not turns]:
            del self._away[line]
            line.connect()
        self._away = {line: turns - 1 for line, turns in self._away.items()}

    def is_away(self, line: Line | Following) -> bool:
        return line in self._away


@pytest.mark.backend("sqlite", "postgres")
def test_every_page_is_as_a_fresh_one_whatever_the_desk_does(serve, chromium: Browser) -> None:
    print(f"STOPPRESS_SEED={SEED} STOPPRESS_VERBS={VERBS}")
    chance, server = random.Random(SEED), serve()
    with ExitStack() as ending:
        newsroom = ending.enter_context(closing(Newsroom(server)))
        pool = ending.enter_context(ThreadPoolExecutor(1))
        first, second = newsroom.begin(SEED, 75, 45)
        posts = f"posts:{first}"
        orders = [item["order"] for item in newsroom.state()[posts]["items"]]
        programs = Programs(server.url, newsroom.streams(), posts, orders[20])
        ending.callback(programs.end)
        pages: dict[OpenPage, Line] = {}
        for transport in BLOCKED:
            proxy = ending.enter_context(running(HostileProxy(server.port)))
            line, context = Line(proxy, transport), context_of(chromium)
            ending.callback(context.close)
            paths = [f"/articles/{first}/", f"/articles/{first}/page/{orders[10]}/"]
            if transport == "ws":
                around = newsroom.posts(first)[40]
                paths += ["/", f"/articles/{second}/", f"/articles/{first}/posts/{around}/"]
            pages |= {OpenPage(context, server.url, proxy.url, path): line for path in paths}
        check(newsroom, [*programs.all, *pages])
        next(iter(pages)).older()
        cuts, done, waits = Cuts(chance), Counter[str](), list[float]()
        for _ in range(0, VERBS, STEP):
            walked = pool.submit(newsroom.walk, STEP)
            time.sleep(chance.random() * 0.2)  # a random moment while verbs are done
            for line in dict.fromkeys(pages.values()):
                cuts.maybe(line, 0.1)
            for program in programs.all:
                cuts.maybe(program, 0.3)
            verbs = walked.result()
            print(*verbs, sep="; ")
            done.update(verbs)
            cuts.pass_on()
            there = [page for page, line in pages.items() if not cuts.is_away(line)]
            there += [program for program in programs.all if not cuts.is_away(program)]
            waits.append(check(newsroom, there))
        for _ in range(3):
            cuts.pass_on()
        check(newsroom, [*programs.all, *pages])
        print(
            f"{cuts.done} cuts; arrived after {max(waits):.1f} s at most, {sum(waits):.0f} s in all"
        )
        print(
            f"{sum(n for verb, n in done.items() if ':' not in verb)} verbs were done: {dict(done)}"
        )
        print({program.transport: Counter(program.snapshots) for program in programs.all})
