import asyncio
import gc
import threading
import weakref

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.signals import user_logged_out
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest

from stoppress import live
from stoppress.live import metrics
from stoppress.live.hub import queries
from stoppress.live.hub.hub import running_hub, stop_hub
from stoppress.live.models import LoggedEvent, StreamHead
from stoppress.live.protocol.refusals import Refusal, cannot_be_read
from stoppress.live.publishing import registry
from stoppress.live.readers.signouts import STREAM, Signouts, tell_signout
from stoppress.newsroom.stream_names import WIRE
from tests.live.asking import Request, counted, until
from tests.live.editor import Editor, cookie_of, editor, readers, socket_of
from tests.live.reader import Reader


@pytest.fixture
async def site(transactional_db, board):
    yield live.asgi(None)
    await stop_hub()


class Gate:
    """Holds up the opening of one stream, or fails it."""

    def __init__(self, monkeypatch, stream):
        self.stream, self.failures = stream, 0
        self.open, self.reached = threading.Event(), threading.Event()
        self._real = queries.open_stream
        monkeypatch.setattr(queries, "open_stream", self)  # calls the real one

    def __call__(self, name):
        if name == self.stream:
            if self.failures:
                self.failures -= 1
                raise OperationalError("away for a moment")
            self.reached.set()
            assert self.open.wait(10)
        return self._real(name)


@pytest.fixture
def room():
    live.stream("room", may_read=lambda user: True)(lambda limit: [])
    yield
    registry.unregister("room")


async def test_a_short_loss_of_the_database_does_not_stop_the_listening(site, monkeypatch):
    gate = Gate(monkeypatch, STREAM)
    gate.failures = 1
    gate.open.set()
    one = await editor("one")
    refused = socket_of(site, one, "secret")
    await refused.open()
    assert (await refused.closed())[0] == 1011
    await one.connect(site)
    await sync_to_async(one.client.logout)()
    assert (await one.socket.closed())[0] == 4401


async def test_all_readers_wait_for_the_first_to_listen_even_if_one_leaves(
    site,
    monkeypatch,
):
    gate = Gate(monkeypatch, STREAM)
    signouts = running_hub().companion(Signouts)
    first, second = (asyncio.create_task(signouts.watch()) for _ in range(2))
    await until(gate.reached.is_set)
    first.cancel()
    await asyncio.wait({first})
    assert first.cancelled() and not second.done()
    gate.open.set()
    await second
    one = await (await editor("one")).connect(site)
    await sync_to_async(one.client.logout)()
    assert (await one.socket.closed())[0] == 4401


async def test_a_hub_that_missed_sign_outs_listens_again_and_checks_all_readers(site):
    one = await (await editor("one")).connect(site)
    two = await (await editor("two")).connect(site)
    hub, before = running_hub(), counted(metrics.CLOSES, "1011")
    listener = hub.companion(Signouts)._listening
    listener.close(cannot_be_read())
    hub.leave(listener)
    await Session.objects.filter(session_key=one.client.cookies["sessionid"].value).adelete()
    assert (await one.socket.closed())[0] == 4401
    assert counted(metrics.CLOSES, "1011") == before
    await sync_to_async(two.client.logout)()
    assert (await two.socket.closed())[0] == 4401


async def test_a_stopped_hub_is_freed_with_its_companion(site):
    one = await (await editor("one")).connect(site)
    hub = weakref.ref(running_hub())
    await one.socket.leave()
    await stop_hub()
    gc.collect()
    assert hub() is None


async def test_a_changed_history_makes_the_hub_check_all_readers(site):
    one = await (await editor("one")).connect(site)
    await Session.objects.all().adelete()
    await StreamHead.objects.acreate(name=STREAM, head=7, link="0" * 16, floor_link="0" * 16)
    assert (await one.socket.closed())[0] == 4401


async def test_sign_outs_are_heard_while_the_server_leaves(site):
    one = await (await editor("one")).connect(site)
    hub, guard = running_hub(), readers()[0].guard
    await hub.farewell.say("restart", 1)
    await sync_to_async(one.client.logout)()
    await until(lambda: hub.companion(Signouts).has_ended(guard.session))


async def test_a_process_that_leaves_can_still_begin_to_listen_for_a_poll(site):
    hub = running_hub()
    await hub.farewell.say("restart", 1)
    await hub.companion(Signouts).watch()
    with pytest.raises(Refusal):
        await Reader(hub).join("board")


async def test_a_reader_that_signs_out_during_admission_is_refused(site, room, monkeypatch):
    zero = await (await editor("zero")).connect(site)  # the hub listens already
    gate = Gate(monkeypatch, "room")
    one = await editor("one")
    socket = socket_of(site, one, "room")
    await socket.open()
    await until(gate.reached.is_set)
    await sync_to_async(one.client.logout)()
    await until(lambda: running_hub().companion(Signouts)._ended)
    gate.open.set()
    assert (await socket.frame())["type"] == "hello"
    assert (await socket.closed())[0] == 4401
    assert len(readers()) == 1
    await zero.socket.leave()


@pytest.mark.parametrize("listening", [True, False])
async def test_a_session_that_is_about_to_end_is_refused_at_the_door(site, listening):
    """Django tells of a sign-out before it ends the session."""
    if listening:
        zero = await (await editor("zero")).connect(site)
    one = await editor("one")
    request = HttpRequest()
    request.session = one.client.session
    await sync_to_async(user_logged_out.send)(sender=None, request=request, user=one.user)
    if listening:
        await until(lambda: running_hub().companion(Signouts)._ended)
    answer = Request(site, "/live/sse", "stream=secret", cookie=cookie_of(one))
    await answer.body()
    assert answer.status == 401
    if listening:
        await zero.socket.leave()


async def test_a_poll_whose_reader_signs_out_meanwhile_is_a_401(site):
    reached, go_on = threading.Event(), threading.Event()
    live.stream("slow", may_read=lambda user: True)(
        lambda limit: (reached.set(), go_on.wait(10), [])[2]
    )
    try:
        one = await editor("one")
        answer = Request(site, "/live/poll", "stream=slow", cookie=cookie_of(one))
        asked = asyncio.create_task(answer.body())
        await until(reached.is_set)
        await sync_to_async(one.client.logout)()
        assert b"4401" in await asked
        assert answer.status == 401
    finally:
        go_on.set()
        registry.unregister("slow")


def test_a_sign_out_in_a_transaction_succeeds_even_if_publishing_it_fails(
    transactional_db, board, caplog
):
    one = Editor("one")
    table, away = StreamHead._meta.db_table, "table_that_is_away"
    with connection.cursor() as database:
        database.execute(f"ALTER TABLE {table} RENAME TO {away}")
    try:
        with transaction.atomic():
            one.client.logout()
    finally:
        with connection.cursor() as database:
            database.execute(f"ALTER TABLE {away} RENAME TO {table}")
    assert not Session.objects.exists()
    assert not LoggedEvent.objects.exists()
    assert "publishing a sign-out to the other processes failed" in caplog.text


def test_a_sign_out_in_a_transaction_is_published_at_its_commit(transactional_db, board):
    one = Editor("one")
    with transaction.atomic():
        one.client.logout()
        assert not LoggedEvent.objects.exists()
    assert LoggedEvent.objects.get().event == "session.ended"


def test_a_signout_on_a_site_without_private_streams_makes_no_query(monkeypatch):
    monkeypatch.delitem(registry._registered, WIRE)  # the newsroom's
    request = HttpRequest()
    request.session = SessionStore("abcdefgh")
    assert all(each.public for each in registry.registered())
    tell_signout(None, request, None)


def test_a_signout_without_a_session_is_not_published(room, transactional_db):
    tell_signout(None, HttpRequest(), None)
    assert not LoggedEvent.objects.exists()
