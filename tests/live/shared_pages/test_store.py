import asyncio
import time

import pytest
from asgiref.sync import sync_to_async
from django.core.asgi import get_asgi_application

from stoppress import live
from stoppress.live import metrics
from stoppress.live.hub.hub import running_hub, stop_hub
from stoppress.live.models import StreamHead
from stoppress.live.shared_pages import store
from tests.live.asking import counted, until
from tests.live.reader import say

from .conftest import Crowd, waiting, withdraw
from .paper import PRESS


async def test_a_publication_shows_on_the_next_request(crowd: Crowd) -> None:
    for number in range(10):
        await say(f"k{number}")
        assert f"[k{number}" in (await crowd.ask()).text
        assert f"[k{number}" in (await crowd.ask()).text


async def test_a_withdrawn_text_is_gone_from_the_next_request_on(crowd: Crowd) -> None:
    await say("a", "b")
    for spelling in ("gzip", "identity"):
        assert "[b,a]" in (await crowd.ask(accept_encoding=spelling)).text
    await withdraw("a")
    for spelling in ("gzip", "identity"):
        assert "[b]" in (await crowd.ask(accept_encoding=spelling)).text


async def test_a_page_from_before_a_withdrawal_is_not_kept_after_it(crowd: Crowd) -> None:
    await say("a")
    await crowd.ask("/gone")  # the hub follows the stream from here on
    PRESS.holds = True
    asking = await crowd.begin()
    late = asyncio.create_task(crowd.read(asking))
    await until(PRESS.holding.is_set)
    await withdraw("a")
    await running_hub().watch.look()
    PRESS.holds = False
    after = asyncio.create_task(crowd.ask())
    await until(lambda: waiting() == 1)
    PRESS.gate.set()
    # It was rendered from what it has read; who came after the withdrawal does not get it.
    assert "[a]" in (await late).text
    assert "[]" in (await after).text
    assert "[]" in (await crowd.ask()).text


async def test_a_page_that_is_newer_than_the_hub_is_kept_once_the_hub_has_caught_up(
    crowd: Crowd,
) -> None:
    await crowd.ask()
    running_hub().watch.abandon()  # every wake-up is lost
    await say("a")
    await crowd.ask("/gone")
    assert "[a]" in (await crowd.ask()).text
    assert PRESS.rendered["/gone"] == 1
    await crowd.ask("/gone")
    assert PRESS.rendered["/gone"] == 1


async def test_without_wake_ups_a_page_is_served_for_a_second_at_most(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    await say("a")
    await crowd.ask()
    running_hub().watch.abandon()  # every wake-up is lost
    await withdraw("a")
    later = time.monotonic() + store.PROVEN_SECONDS
    monkeypatch.setattr(store, "monotonic", lambda: later)  # that second is over
    assert "[]" in (await crowd.ask()).text


async def test_django_answers_while_the_log_cannot_be_read(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    await say("a")
    await crowd.ask()
    stuck = asyncio.Event()
    monkeypatch.setattr(running_hub().watch, "_look", stuck.wait)  # a look that does not end
    await withdraw("a")
    assert "[]" in (await crowd.ask()).text
    stuck.set()


async def test_a_page_is_cached_for_at_most_two_seconds(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    await crowd.ask()
    now = time.monotonic()
    monkeypatch.setattr(store, "monotonic", lambda: now + 2.1)  # the test's clock
    await crowd.ask()
    assert PRESS.rendered["/"] == 2


async def test_a_changed_history_empties_the_cache(crowd: Crowd) -> None:
    await say("a")
    await crowd.ask()
    heads = StreamHead.objects.filter(name="board")
    await sync_to_async(heads.update)(link="0123456789abcdef")
    await running_hub().watch.look()
    await crowd.ask()
    assert PRESS.rendered["/"] == 2


async def test_a_page_requested_once_makes_the_hub_follow_no_stream(crowd: Crowd) -> None:
    hub = running_hub()
    del hub.streams["board"]
    await crowd.ask()
    assert not hub.streams
    await crowd.ask()
    assert hub.streams
    await crowd.ask()
    assert PRESS.rendered["/"] == 2


async def test_a_new_hub_serves_no_page_of_the_previous_one(crowd: Crowd) -> None:
    await say("a")
    await crowd.ask()
    await stop_hub()
    await say("b")
    assert "[b,a]" in (await crowd.ask()).text


async def test_made_up_queries_push_out_no_page_that_is_there(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MADE_UP", (10, 10**6))
    crowd = Crowd(live.asgi(get_asgi_application()))
    await crowd.ask()
    for number in range(30):
        assert f" {number} " in (await crowd.ask(f"/?q={number}")).text
    await crowd.ask()
    assert PRESS.rendered["/"] == 31
    await crowd.ask("/?q=29")
    assert PRESS.rendered["/"] == 31
    await crowd.ask("/?q=1")
    assert PRESS.rendered["/"] == 32


async def test_a_stream_that_is_gone_leaves_its_page_to_django(crowd: Crowd) -> None:
    await crowd.ask()
    running_hub().streams.pop("board")
    await crowd.ask()
    assert PRESS.rendered["/"] == 2


async def test_no_answer_is_older_than_its_request(crowd: Crowd) -> None:
    """Readers come without a pause while texts are published and withdrawn."""
    here: set[str] = set()
    leaving: set[str] = set()
    withdrawn: set[str] = set()
    over = False

    async def read(address: str, **headers: str) -> int:
        count = 0
        while not over:
            before, gone = set(here), set(withdrawn)
            text = (await crowd.ask(address, **headers)).text
            shown = set(text[text.index("[") + 1 : text.index("]")].split(",")) - {""}
            # What goes while the page is asked for may be on it or not.
            assert before - leaving <= shown and not gone & shown
            count += 1
        return count

    readers = [
        asyncio.create_task(read(address, accept_encoding=coding))
        for address in ("/", "/gone", "/?q=1")
        for coding in ("gzip", "identity", "br, gzip", "")
    ]
    for number in range(40):
        key = f"k{number:03}"
        await say(key)
        here.add(key)
        await asyncio.sleep(number % 4 * 0.005)  # which requests it meets is chance
        if number % 2:
            leaving.add(key)
            await withdraw(key)
            withdrawn.add(key)
    over = True
    counts = await asyncio.gather(*readers)
    assert min(counts) > 3
    assert counted(metrics.PAGES, "memory") > 0
