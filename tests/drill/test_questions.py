"""The answers of a running site are read and judged."""

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


async def test_a_newcomer_gets_the_streams_items_and_its_cursor():
    site = Doctored()
    async with site.served() as url:
        state = await asyncio.to_thread(questions.fresh, url.rstrip("/"), "one")
        assert str(state.cursor) in map(str, site.logs["one"].cursors)
        assert [item["key"] for item in state.items()] == ["b", "a"]
        with pytest.raises(ChildError, match="answered 404 and no snapshot"):
            await asyncio.to_thread(questions.fresh, url.rstrip("/"), "nowhere")


@pytest.mark.parametrize(("sick", "verdict"), [("", "pass"), ("poll fork", "fail")])
async def test_a_wrong_cursor_must_get_a_snapshot_with_its_reason(sick, verdict):
    async with Doctored(sick).served() as url:
        asked = questions.send_wrong_cursors, url.rstrip("/"), "one"
        assert (await asyncio.to_thread(outcome_of, *asked)).verdict == verdict


@pytest.mark.parametrize(("sick", "failed"), [("", 0), ("poll 404", 1), ("poll 400", 6)])
async def test_a_malformed_query_must_be_refused_with_its_status(sick, failed):
    async with Doctored(sick).served() as url:
        found = await asyncio.to_thread(outcome_of, questions.send_malformed, url.rstrip("/"))
        assert len(found.words) == failed, found.words
