import asyncio
import time
from typing import Any

import pytest
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, HttpResponse

from stoppress import live
from stoppress.live import metrics
from stoppress.live.hub import hub
from stoppress.live.hub.hub import running_hub
from stoppress.live.shared_pages import flight, flights, store
from tests.live.asking import counted, until
from tests.live.reader import say

from .conftest import MIDDLEWARE, Crowd, waiting, withdraw
from .paper import PRESS


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits that a test need not sit through."""
    monkeypatch.setattr(flights, "WAIT_SECONDS", 0.3)


@pytest.mark.parametrize("address", ["/", "/gone"])
async def test_simultaneous_requests_cost_one_render(crowd: Crowd, address: str) -> None:
    await say("a")
    asked, shared = counted(metrics.PAGES, "django"), counted(metrics.PAGES, "shared")
    answers = await crowd.all_ask(200, address)
    assert PRESS.rendered[address] == 1 == counted(metrics.PAGES, "django") - asked
    assert counted(metrics.PAGES, "shared") - shared == 199
    assert {answer.body for answer in answers} == {answers[0].body}
    assert "[a]" in answers[0].text


@pytest.mark.parametrize("known", [True, False])
async def test_languages_share_a_page_as_django_chooses_them(
    crowd: Crowd, settings: Any, known: bool
) -> None:
    if known:
        settings.MIDDLEWARE = [*MIDDLEWARE, "django.middleware.locale.LocaleMiddleware"]
        crowd = Crowd(live.asgi(get_asgi_application()))
    spellings = ["de-DE,de;q=0.9,en;q=0.8", "de", "fr-CA", "fr", "ja", ""] * 10
    asking = [crowd.ask("/tongues", accept_language=one) for one in spellings]
    answers = await asyncio.gather(*asking)
    chosen = [answer.headers["content-language"] for answer in answers]
    assert chosen == ["de", "de", "fr", "fr", "en", "en"] * 10
    # One more than there are languages, where it is to be learnt that answers vary on them.
    renders = PRESS.rendered["/tongues"]
    assert renders == 3 if known else renders <= 4
    again = await crowd.ask("/tongues", accept_language="fr;q=0.3, de-AT")
    assert again.headers["content-language"] == "de"
    assert PRESS.rendered["/tongues"] == renders


async def test_a_crowd_that_has_an_old_page_costs_one_render(crowd: Crowd) -> None:
    old = (await crowd.ask()).headers["etag"]
    await say("a")
    answers = await crowd.all_ask(50, if_none_match=old, cache_control="no-cache")
    assert {answer.status for answer in answers} == {200}
    assert PRESS.rendered["/"] == 2


async def test_a_404_is_shared_by_simultaneous_requests_and_not_cached(crowd: Crowd) -> None:
    answers = await crowd.all_ask(5, "/missing")
    assert {got.status for got in answers} == {404}
    assert PRESS.rendered["/missing"] <= 2
    before = PRESS.rendered["/missing"]
    for _ in range(3):
        assert (await crowd.ask("/missing")).body == answers[0].body
    assert PRESS.rendered["/missing"] == before + 3


@pytest.mark.parametrize("address", ["/greets", "/agents", "/unnamed", "/secret"])
async def test_a_private_answer_is_rendered_for_each_request(crowd: Crowd, address: str) -> None:
    answers = await crowd.all_ask(5, address)
    # The first was asked for all; what came was nobody's.
    assert PRESS.rendered[address] == 1 + 5
    await crowd.ask(address)
    assert PRESS.rendered[address] == 1 + 6
    assert not any("live-shows" in answer.headers for answer in answers)


async def test_a_private_request_reaches_django_with_all_its_headers(crowd: Crowd) -> None:
    for _ in range(2):
        got = await crowd.ask("/agents", user_agent="a", cookie="theme=dark")
        assert got.status == 200
        assert PRESS.asked[-1].headers["user-agent"] == "a"
        assert PRESS.asked[-1].COOKIES == {"theme": "dark"}


async def test_a_failure_does_not_have_the_next_crowd_ask_alone(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(request: Any, stream: str = "board") -> str:
        raise RuntimeError("no ink")

    with monkeypatch.context() as broken:
        broken.setattr(PRESS, "print", fails)  # the test's own view
        for _ in range(3):
            assert (await crowd.ask()).status == 500
    await crowd.all_ask(20)
    assert PRESS.rendered["/"] == 1


async def test_an_outage_costs_one_request_for_all_waiting_readers(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As after a lock that was waited for: the answer is older than any page may be.
    monkeypatch.setattr(flight, "PROVEN_SECONDS", 0.0)
    answers = await crowd.all_ask(20, "/outage")
    assert [answer.status for answer in answers] == [500] * 20
    assert PRESS.rendered["/outage"] == 1
    await crowd.ask("/outage")
    assert PRESS.rendered["/outage"] == 2


class Gate:
    """Lets in who has a key, or comes from within."""

    def __init__(self, get_response: Any) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        known = request.headers.get("X-Key") == "k" or request.COOKIES.get("beta") == "yes"
        if known or request.META["REMOTE_ADDR"] == "198.51.100.1":
            return self._get_response(request)
        return HttpResponse("members only", status=403)


@pytest.mark.parametrize(
    "member", [{"x_key": "k"}, {"cookie": "beta=yes"}, {"client": "198.51.100.1"}]
)
async def test_an_answer_for_an_authorised_reader_is_not_shared_with_others(
    crowd: Crowd, settings: Any, member: dict[str, str]
) -> None:
    settings.MIDDLEWARE = [f"{__name__}.Gate", *MIDDLEWARE]
    site = live.asgi(get_asgi_application())

    async def ask(client: str = "203.0.113.9", **headers: str) -> int:
        async def from_there(scope: Any, receive: Any, send: Any) -> None:
            await site(scope | {"client": (client, 1)}, receive, send)

        return (await Crowd(from_there).ask(**headers)).status

    for _ in range(3):
        assert await ask(**member) == 200
        assert await ask() == 403


@pytest.mark.parametrize(
    "odd",
    [
        {"content_type": "x/y; a*=BOGUS''%41"},
        {"user_agent": "x" * 5000},
        {"x_forwarded_for": "nonsense"},
    ],
)
async def test_one_odd_request_spoils_nothing_for_a_crowd(
    crowd: Crowd, odd: dict[str, str]
) -> None:
    assert (await crowd.ask(**odd)).status == 200
    for _ in range(2):
        await crowd.all_ask(20)
    assert PRESS.rendered["/"] == 1


async def test_a_slow_hub_causes_no_separate_renders(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = asyncio.Event()
    monkeypatch.setattr(  # a hub that is slow without end
        running_hub().watch, "catch_up", lambda stream, cursor: stuck.wait()
    )
    monkeypatch.setattr(store, "LOOK_SECONDS", 1.0)
    monkeypatch.setattr(flight, "PROVEN_SECONDS", 60.0)  # no answer becomes too old meanwhile
    begun = time.monotonic()
    await crowd.all_ask(20)
    # A second one for those who came after the first had begun.
    assert PRESS.rendered["/"] <= 2
    assert time.monotonic() - begun < 20 / 2 * store.LOOK_SECONDS, "they wait side by side"
    stuck.set()


@pytest.mark.parametrize("withdrawn", [True, False])
async def test_a_slow_answer_is_verified_or_requested_again(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch, withdrawn: bool
) -> None:
    monkeypatch.setattr(flight, "PROVEN_SECONDS", 0.0)
    await say("a")
    PRESS.holds = True
    asking = await crowd.begin()
    late = asyncio.create_task(crowd.read(asking))
    await until(PRESS.holding.is_set)
    if withdrawn:
        await withdraw("a")
    PRESS.holds = False
    PRESS.gate.set()
    assert ("[a]" in (await late).text) is not withdrawn
    assert PRESS.rendered["/"] == (2 if withdrawn else 1)


async def test_a_render_that_ends_after_the_hub_stopped_starts_no_new_hub(crowd: Crowd) -> None:
    inbox: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    told: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    lifespan = asyncio.create_task(crowd.site({"type": "lifespan"}, inbox.get, told.put))
    inbox.put_nowait({"type": "lifespan.startup"})
    await told.get()
    PRESS.holds = True
    asking = await crowd.begin()
    late = asyncio.create_task(crowd.read(asking))
    await until(PRESS.holding.is_set)
    inbox.put_nowait({"type": "lifespan.shutdown"})
    assert (await told.get())["type"] == "lifespan.shutdown.complete"
    await lifespan
    PRESS.gate.set()
    assert (await late).status == 200
    assert asyncio.get_running_loop() not in hub._hubs


async def test_a_long_streamed_answer_reaches_every_reader(crowd: Crowd) -> None:
    answers = await crowd.all_ask(3, "/endless")
    assert {len(answer.body) for answer in answers} == {20 * 65536}


async def test_the_page_reaches_the_others_if_the_first_reader_leaves(crowd: Crowd) -> None:
    PRESS.holds = True
    first = await crowd.begin()
    await until(PRESS.holding.is_set)
    others = asyncio.create_task(crowd.all_ask(20))
    await until(lambda: waiting() == 20)
    first.future.cancel()
    await asyncio.gather(first.future, return_exceptions=True)
    PRESS.gate.set()
    assert {answer.status for answer in await others} == {200}
    # They came after it had begun, and nothing was published meanwhile.
    assert PRESS.rendered["/"] == 1


@pytest.mark.usefixtures("short")
async def test_a_request_that_has_waited_too_long_is_rendered_separately(crowd: Crowd) -> None:
    PRESS.holds = True
    first = asyncio.create_task(crowd.ask())
    await until(PRESS.holding.is_set)
    PRESS.holds = False
    assert (await crowd.ask()).status == 200
    assert not first.done()
    PRESS.gate.set()
    assert (await first).status == 200
