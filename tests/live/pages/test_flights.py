import asyncio
from typing import Any

import pytest
from django.core.asgi import get_asgi_application

from stoppress import live
from stoppress.live import metrics
from stoppress.live.pages import flights
from tests.live.asking import counted, until
from tests.live.reader import say

from .conftest import MIDDLEWARE, Crowd
from .paper import PRESS


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits that a test need not sit through."""
    monkeypatch.setattr(flights, "WAIT_SECONDS", 0.3)


@pytest.mark.parametrize("address", ["/", "/gone"])
async def test_many_who_ask_at_one_moment_cost_one_render(crowd: Crowd, address: str) -> None:
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


@pytest.mark.parametrize(
    "address", ["/missing", "/greets", "/agents", "/unnamed", "/secret", "/fails"]
)
async def test_what_may_not_be_shared_is_rendered_for_each(crowd: Crowd, address: str) -> None:
    answers = await crowd.all_ask(5, address)
    assert PRESS.rendered[address] == 5
    await crowd.ask(address)
    assert PRESS.rendered[address] == 6
    assert not any("live-shows" in answer.headers for answer in answers)


async def test_an_answer_that_is_streamed_and_long_reaches_each_who_asked(crowd: Crowd) -> None:
    answers = await crowd.all_ask(3, "/endless")
    assert {len(answer.body) for answer in answers} == {20 * 65536}


async def test_the_first_who_leaves_takes_the_page_from_nobody(crowd: Crowd) -> None:
    PRESS.holds = True
    first = await crowd.begin()
    await until(PRESS.holding.is_set)
    others = asyncio.create_task(crowd.all_ask(20))
    await asyncio.sleep(0)
    first.future.cancel()
    await asyncio.gather(first.future, return_exceptions=True)
    PRESS.gate.set()
    assert {answer.status for answer in await others} == {200}
    # They came after it had begun, and nothing was published meanwhile.
    assert PRESS.rendered["/"] == 1


@pytest.mark.usefixtures("short")
async def test_who_has_waited_long_asks_for_itself(crowd: Crowd) -> None:
    PRESS.holds = True
    first = asyncio.create_task(crowd.ask())
    await until(PRESS.holding.is_set)
    PRESS.holds = False
    assert (await crowd.ask()).status == 200
    assert not first.done()
    PRESS.gate.set()
    assert (await first).status == 200
