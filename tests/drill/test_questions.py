"""What a running site answers is taken as it came, and judged."""

import asyncio

import pytest

from stoppress.drill import questions
from stoppress.drill.child import ChildError
from stoppress.drill.outcome import Outcome
from tests.site.doctored import Doctored


def outcome_of(ask, *arguments):
    outcome = Outcome(0, "", "127.0.0.1")
    ask(*arguments, outcome)
    return outcome


async def test_a_newcomer_has_the_streams_items_and_its_cursor():
    site = Doctored()
    async with site.served() as url:
        state = await asyncio.to_thread(questions.fresh, url.rstrip("/"), "one")
        assert str(state.cursor) in map(str, site.logs["one"].cursors)
        assert [item["key"] for item in state.items()] == ["b", "a"]
        with pytest.raises(ChildError, match="answered 404 and no snapshot"):
            await asyncio.to_thread(questions.fresh, url.rstrip("/"), "nowhere")


@pytest.mark.parametrize(("sick", "verdict"), [("", "pass"), ("poll fork", "fail")])
async def test_a_cursor_from_elsewhere_is_to_be_told_why(sick, verdict):
    async with Doctored(sick).served() as url:
        asked = questions.come_from_elsewhere, url.rstrip("/"), "one"
        assert (await asyncio.to_thread(outcome_of, *asked)).verdict == verdict


@pytest.mark.parametrize(("sick", "failed"), [("", 0), ("poll 404", 1), ("poll 400", 6)])
async def test_nonsense_is_to_be_refused_with_its_status(sick, failed):
    async with Doctored(sick).served() as url:
        found = await asyncio.to_thread(outcome_of, questions.ask_nonsense, url.rstrip("/"))
        assert len(found.words) == failed, found.words
