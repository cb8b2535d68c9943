"""`/metrics`: every worker's, summed, and nothing else."""

import asyncio
import re
import urllib.error
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from stoppress.live import metrics as counted
from tests.services.serve import Server
from tests.site.reading import publish, readers, until
from tests.site.test_serve import get

pytestmark = pytest.mark.backend("sqlite")  # the database does not matter


def value(server: Server, name: str, **labels: str) -> float:
    """Return the sum of a metric's samples with some labels."""
    status, text = get(server, "/metrics")
    assert status == 200
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


async def test_any_worker_answers_with_the_metrics_of_all_workers(serve):
    server = serve("--workers", "2")
    async with readers(server, 40) as reading:
        asked = [await asyncio.to_thread(value, server, "stoppress_readers") for _ in range(8)]
        assert asked == [40] * 8
        await asyncio.to_thread(publish, server, "Counted")
        await until(lambda: all(reader.events for reader in reading))
        # Each worker's hub reads the event for its readers. It is counted once all the same.
        assert await asyncio.to_thread(value, server, "stoppress_events_total") == 1
        assert await asyncio.to_thread(value, server, "stoppress_background_worker") == 1
    _, text = get(server, "/metrics")
    assert "pid=" not in text


def test_a_reader_who_polls_is_counted_between_the_polls(serve):
    server = serve(env={"STOPPRESS_POLL_SECONDS": "1.5"})
    assert get(server, "/live/poll?stream=news")[0] == 200
    assert value(server, "stoppress_readers", transport="poll") == 1
    left = "its time is over"
    server.process.wait_until(
        lambda: value(server, "stoppress_readers", transport="poll") == 0, left
    )


def test_answers_publications_and_the_build_are_counted(serve):
    server = serve(env={"STOPPRESS_BUILD": "of today"})
    get(server, "/live/poll?stream=news")
    assert get(server, "/no-such-page")[0] == 404
    assert value(server, "stoppress_responses_total", status="4xx") == 1
    assert value(server, "stoppress_responses_total", status="5xx") == 0
    assert value(server, "stoppress_published_total") == 0
    assert value(server, "stoppress_build_info", build="of today-en-UTC") == 1
    assert "# TYPE stoppress_events_total counter" in get(server, "/metrics")[1]


def test_only_this_servers_metrics_are_shown_and_not_cached(serve):
    server = serve()
    with urllib.request.urlopen(f"{server.url}/metrics", timeout=10) as answer:
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        text = answer.read().decode()
    names = set(re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE))
    assert {"stoppress_readers", "process_resident_memory_bytes"} <= names
    assert not [name for name in names if not name.startswith(("stoppress_", "process_"))]
    assert not [name for name in names if name.endswith("_created")]


def test_without_the_token_the_metrics_are_refused(serve):
    server = serve(env={"STOPPRESS_METRICS_TOKEN": "hush"})

    def ask(**headers: str) -> int:
        request = urllib.request.Request(f"{server.url}/metrics", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    assert ask() == 401
    assert ask(Authorization="Bearer loud") == 401
    assert ask(Authorization="Bearer hush") == 200
    statuses = [ask(Authorization=f"Bearer loud{n}") for n in range(20)]
    assert statuses == [401] * 19 + [429]
    assert ask(Authorization="Bearer hush") == 200
    assert ask() == 401


def test_each_metric_of_live_has_a_name_of_ours():
    named = [one for one in vars(counted).values() if hasattr(one, "_name")]
    assert len(named) > 5
    assert all(one._name.startswith("stoppress_") for one in named)


@pytest.mark.django_db
def test_only_get_and_head_are_allowed(client):
    assert client.post("/metrics").status_code == 405
