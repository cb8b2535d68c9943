import asyncio
import logging
import threading

import pytest
from django.db import Error, connection

from stoppress.live.readers import site_hooks
from stoppress.live.readers.site_hooks import ask_site, log_fault


async def test_a_slow_answer_delays_no_other():
    go_on = threading.Event()
    slow = asyncio.create_task(ask_site(lambda: go_on.wait(10)))
    assert await ask_site(lambda: "at once") == "at once"
    assert not slow.done()
    go_on.set()
    assert await slow


async def test_an_answer_that_does_not_come_times_out(monkeypatch):
    monkeypatch.setattr(site_hooks, "SECONDS", 0.05)
    go_on = threading.Event()
    try:
        with pytest.raises(TimeoutError):
            await ask_site(lambda: go_on.wait(10))
    finally:
        go_on.set()


async def test_a_broken_connection_is_replaced_for_the_next_question(transactional_db, monkeypatch):
    """One thread, so that it is the thread with the broken connection that is asked again."""
    monkeypatch.setattr(site_hooks, "THREADS", 1)
    site_hooks._threads.cache_clear()

    def look():
        with connection.cursor() as database:
            database.execute("SELECT 1")

    def look_at_a_broken_one():
        connection.ensure_connection()
        connection.connection.close()  # as after a restart of the database
        look()

    with pytest.raises(Error):
        await ask_site(look_at_a_broken_one)
    await ask_site(look)
    site_hooks._threads().shutdown()
    site_hooks._threads.cache_clear()


def test_a_repeated_fault_is_logged_once(caplog):
    caplog.set_level(logging.ERROR)
    for error in (KeyError("a"), KeyError("a"), ValueError("b"), KeyError("a")):
        log_fault("test:<hooks>", error)
    advised = ["<int:id>" in record.getMessage() for record in caplog.records]
    assert advised == [False, True]
    assert [record.args[1].__class__ for record in caplog.records] == [KeyError, ValueError]
