"""The conformance checker passes the real server, and finds the fault of each broken server."""

import asyncio
import subprocess

import pytest

from stoppress.conformance import channel, conform, poll, sse
from stoppress.conformance.rules import RULES
from stoppress.drill.free_port import free_port
from tests.services.serve import COMMAND
from tests.site.doctored import Doctored

pytestmark = pytest.mark.backend("sqlite")  # the database does not matter

PUBLISH = """
import time
from stoppress.newsroom.models import Section
from stoppress.newsroom.publishing import *
Section.objects.create(name="World", slug="world")
for number in range(80):
    article = publish_article(create_article({"headline": str(number), "section": "world"}))
    if number % 4 == 3:
        retract_article(article, "It was never so.")
    print(number, flush=True)
    time.sleep(0.05)  # the pace of the news
"""


def test_the_real_server_keeps_every_rule(serve):
    running = serve(env={"STOPPRESS_HEARTBEAT": "1"})
    publisher = subprocess.Popen(
        [COMMAND, "manage", "shell", "-v", "0", "-c", PUBLISH],
        env=running.env,
        stdout=subprocess.PIPE,
    )
    with publisher:
        assert publisher.stdout is not None and publisher.stdout.readline() == b"0\n"
        streams = ["news", "section:world"]
        report = asyncio.run(conform.conform(running.url, streams, seconds=1))
        publisher.stdout.read()
    assert publisher.returncode == 0
    assert (report.broken(), report.not_seen()) == ([], []), "\n".join(report.lines())


def test_the_command_prints_each_rule_as_a_sentence_and_exits_with_0(serve):
    running = serve(env={"STOPPRESS_HEARTBEAT": "0.5"})
    told = running.run("conform", running.url)
    lines = told.splitlines()
    assert lines[0] == "WebSocket" and lines[-1].endswith("not seen.") and " 0 broken" in lines[-1]
    assert len(lines) == sum(len(rules) + 1 for rules in RULES.values()) + 1


def test_an_unreachable_server_or_wrong_address_is_reported_in_one_sentence():
    for url in (f"http://127.0.0.1:{free_port()}/", "nonsense"):
        done = subprocess.run([COMMAND, "conform", url], capture_output=True, text=True, timeout=60)
        assert done.returncode == 1 and done.stderr.startswith("stoppress conform: ")
        assert "Traceback" not in done.stderr


@pytest.fixture
def quick(monkeypatch):
    """Shorten the waits for what a sick server never sends: it would have come in milliseconds.

    Those which a server that is well has to keep are long enough for a machine that stalls.
    """
    monkeypatch.setattr(channel, "PATIENCE", 4.0)
    monkeypatch.setattr(channel, "_GRACE", 5.0)
    monkeypatch.setattr(poll, "_ANSWERS_AT_MOST", 3)


@pytest.fixture
def soon(monkeypatch):
    monkeypatch.setattr(sse, "AT_ONCE", 3.0)


async def look_at(sick=""):
    async with Doctored(sick).served() as url:
        return await conform.conform(url, ["two", "one"], seconds=0.15)


async def test_a_correct_small_server_keeps_every_rule():
    report = await look_at()
    assert (report.broken(), report.not_seen()) == ([], []), "\n".join(report.lines())


# Faults of every transport, each with the rule that it breaks.
OF_FRAMES = {
    "schema": "schema",
    "asked": "asked",
    "order": "snapshot",
    "limit": "snapshot",
    "floor": "floor",
    "live": "live",
    "live twice": "live",
    "after": "after",
    "item": "item",
    "resume": "resume",
    "replay": "resume",
    "unknown": "unknown",
    "ahead": "ahead",
    "fork": "fork",
}
OF_LASTING = {
    "no hello": "hello",
    "hello twice": "hello",
    "heartbeat": "heartbeat",
    "no heartbeat": "heartbeat",
}
SICK = {
    "WebSocket": {
        **OF_FRAMES,
        **OF_LASTING,
        "subprotocol": "subprotocol",
        "plain": "plain",
        "applied": "applied",
        "1009": "1009",
        "4400": "malformed",
        "refused": "no stream",
        "twice": "twice",
        "4404": "4404",
        "4409": "4409",
        "origin": "origin",
    },
    "SSE": {
        **OF_FRAMES,
        **OF_LASTING,
        "type": "type",
        "cache": "type",
        "unbuffered": "unbuffered",
        "slow": "at once",
        "framing": "framing",
        "lines": "framing",
        "id hello": "id hello",
        "id": "id",
        "id snapshot": "id",
        "last id": "Last-Event-ID",
        "last id overrides all": "Last-Event-ID",
        "400": "400",
        "404": "404",
    },
    "Poll": {
        **OF_FRAMES,
        "schema": "type",
        "type": "type",
        "cursors": "cursors",
        "next": "next",
        "200": "200",
        "cache": "cache",
        "private": "cache",
        "no etag": "etag",
        "etag": "etag",
        "unsorted": "order",
        "400": "400",
        "404": "404",
    },
}
BY_COMPARISON = {(part, "resume") for part in RULES}
NAMES = {"WebSocket": "ws", "SSE": "sse", "Poll": "poll"}


@pytest.mark.slow("each waits for heartbeats", one_in=8)
@pytest.mark.parametrize(
    ("part", "sick", "rule"),
    [(part, sick, rule) for part, rules in SICK.items() for sick, rule in rules.items()],
)
async def test_a_server_that_breaks_a_rule_is_caught(quick, soon, part, sick, rule):
    report = await look_at(f"{NAMES[part]} {sick}")
    assert (part, rule) in report.broken(), "\n".join(report.lines())
    # If two transports bring different events, either of them may be the wrong one.
    assert {other for other in report.broken() if other[0] != part} <= BY_COMPARISON
