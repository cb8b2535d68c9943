"""The gate in real processes: what shows when its time comes, and what is gone when retracted."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from stoppress.newsroom.stream_names import WIRE
from tests.services.process import Process
from tests.services.serve import COMMAND, Server

from . import shown, words
from .asking import Asking
from .words import Canary

# Seconds after its time, after a worker is back, and after a retraction.
SHOWN, BACK, GONE = 2.0, 5.0, 3.0
WORKS = b"the background worker works here"
PROJECT = Path(__file__).parents[3]
Ask = Callable[[str, Mapping[str, str]], str]


class Newsroom:
    """A process that writes, on the data of a server."""

    def __init__(self, server: Server) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.newsroom.canary.program"],
            **{"env": server.env, "cwd": PROJECT, "text": True},
            **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE},
        )

    def __call__(self, *command: str) -> Any:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(" ".join(command) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate()


class Site:
    """A server with its newsroom, and all that there is to ask for."""

    def __init__(self, server: Server, newsroom: Newsroom, asking: Asking) -> None:
        self.server, self.newsroom, self.asking = server, newsroom, asking
        self.told = newsroom("begin")
        self.public = {"public", "post"}

    def pk(self, state: str) -> int:
        return int(self.told["articles"][state])

    def of(self, address: str, state: str) -> str:
        """Return the address, or the stream, of an article or post."""
        return address.format(
            state=state,
            pk=self.pk(state),
            story=self.told["stories"][state],
            picture=self.told["pictures"].get(state),
        )

    def leaks(self, *transports: Ask) -> set[tuple[str, Canary]]:
        """Return what a reader finds and must not, on every page and in every stream."""
        pages = {each: self.asking.get(each) for each in self.told["addresses"]}
        pages |= {
            f"clerk {each}": self.asking.get(each, self.told["clerk"])
            for each in self.told["addresses"]
            if each.startswith("/admin/") and "logout" not in each
        }
        pages |= self.streams(*transports)
        return {
            (where, canary)
            for where, page in pages.items()
            for canary in words.found_in(page)
            if canary[0] not in self.public or words.is_secret(("public", canary[1]))
        }

    def streams(self, *transports: Ask) -> dict[str, str]:
        """Return each stream's snapshot, and all its events, over each of the transports."""
        begin = self.told["streams"]
        told = {}
        for names in (begin.keys() - {WIRE}, {WIRE}):
            queries = [
                "&".join(f"stream={name}" for name in names),
                "&".join(f"stream={name}@{begin[name]}" for name in names) + "&replay=all",
            ]
            headers = self._headers(names)
            for ask in transports:
                told |= {f"{ask.__name__} {each}": ask(each, headers) for each in queries}
        return told

    def _headers(self, streams: Collection[str]) -> dict[str, str]:
        """Return what a request for streams says of the reader: a program alone reads the wire."""
        headers: dict[str, str] = self.told["program"] if WIRE in streams else {}
        return headers

    def missing(self, state: str) -> set[tuple[str, Canary]]:
        """Return what a public article or post lacks at the addresses of the list."""
        pages, calls, streams = shown.places(state)
        found = {}
        for addresses, headers in ((pages, {}), (calls, self.told["program"])):
            for address, names in addresses.items():
                where = self.of(address, state)
                found[where] = self.asking.get(where, headers), names
        for name, names in streams.items():
            if name != "breaking":  # only the newest article of urgency 1 stands there
                where = self.of(name, state)
                found[where] = self.asking.poll(f"stream={where}", self._headers({where})), names
        return {
            (where, canary)
            for where, (page, names) in found.items()
            for canary in shown.missing(page, state, names)
        }

    def holds(self, state: str, *, program: bool = False) -> set[str]:
        """Return where a reader finds an article or post, or also a program with a token."""
        shown_at, calls, _ = shown.places(state)
        asked: dict[str, dict[str, str]] = {address: {} for address in shown_at}
        if program:
            asked |= dict.fromkeys(calls, self.told["program"])
        pages = {
            address: self.asking.get(self.of(address, state), headers)
            for address, headers in asked.items()
        }
        pages |= self.streams(self.asking.poll, self.asking.sse, self.asking.ws)
        return {
            where
            for where, page in pages.items()
            if any(found == state for found, _ in words.found_in(page))
        }

    def until_nothing(self, look: Callable[[], set[Any]]) -> float:
        """Look until nothing is found; return when the last look began that found something.

        A look asks for many pages: how long it takes says more of the machine than of the site.
        """
        latest, deadline = 0.0, time.monotonic() + 30
        began = time.time()
        while found := look():
            assert time.monotonic() < deadline, sorted(map(str, found))
            latest, began = began, time.time()
        return latest


@contextmanager
def site(server: Server) -> Iterator[Site]:
    with closing(Newsroom(server)) as newsroom, closing(Asking(server)) as asking:
        yield Site(server, newsroom, asking)


@contextmanager
def worker(server: Server, name: str) -> Iterator[Process]:
    running = Process([COMMAND, "worker"], server.data.parent / f"{name}.log", env=server.env)
    try:
        yield running
    finally:
        running.kill()


def at(text: str) -> float:
    return datetime.fromisoformat(text).astimezone(UTC).timestamp()


@pytest.mark.backend("sqlite")
@pytest.mark.slow("it waits for the time of articles")
@pytest.mark.timeout(600)  # it makes two thousand requests
def test_scheduled_articles_appear_on_time_and_retracted_ones_disappear(serve):
    server = serve("--no-worker", env={"STOPPRESS_ACCESS_LOG": "1"})
    with site(server) as here, worker(server, "first") as first:
        asking = here.asking
        assert here.leaks(asking.poll, asking.sse, asking.ws) == set()
        assert here.missing("public") == here.missing("post") == set()
        transports = here.streams(asking.poll, asking.sse, asking.ws)
        bodies = {("public", "body"), ("post", "body")}
        assert all(bodies <= words.found_in(told) for told in transports.values())
        assert words.found_in(server.log.read_text()) == set()

        # 1. At its time, by the worker.
        first.wait_until(lambda: WORKS in first.log.read_bytes(), "it works")
        late, post_due = [], at(here.newsroom("due", "postscheduled", "1.2"))
        assert not here.holds("postscheduled") or time.time() >= post_due
        for state in ("scheduled", "submitted", "sentback"):
            due = at(here.newsroom("due", state, "1.2"))
            early = here.holds(state)
            assert not early or time.time() >= due
            late.append(here.until_nothing(lambda each=state: here.missing(each)) - due)
            here.public.add(state)
            if late[-1] < SHOWN:
                break  # a busy machine may be late, but not each time
        assert late[-1] < SHOWN, late
        here.until_nothing(lambda: here.missing("postscheduled"))
        here.public.add("postscheduled")

        # 2. While no worker is there nothing shows; when one is back, what is due does.
        first.kill()
        due = at(here.newsroom("due", "embargoed", "0.3"))
        while time.time() < due + 0.5:
            assert here.holds("embargoed") == set()
        with worker(server, "second") as second:
            second.wait_until(lambda: WORKS in second.log.read_bytes(), "it works")
            back = time.time()
            assert here.until_nothing(lambda: here.missing("embargoed")) - back < BACK
            here.public.add("embargoed")

            # 3. A retracted text is gone everywhere, but for the desk.
            here.newsroom("retract", "public")
            began = time.time()
            assert here.until_nothing(lambda: here.holds("public", program=True)) - began < GONE
            here.newsroom("retract_story", "post")
            began = time.time()
            for state in ("post", "postscheduled"):
                look = partial(here.holds, state, program=True)
                assert here.until_nothing(look) - began < GONE
            here.public -= {"public", "post", "postscheduled"}
            assert here.leaks(asking.poll, asking.sse, asking.ws) == set()
        headline = words.text("public", "headline")
        assert headline in here.newsroom("kept", "public")
        form = f"/admin/newsroom/article/{here.pk('public')}/change/"
        assert headline in asking.get(form, here.told["chief"])
        logs = [server.log, *server.data.parent.glob("*.log")]
        assert words.found_in("".join(log.read_text() for log in logs)) == set()
