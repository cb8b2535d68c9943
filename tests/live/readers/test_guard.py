import logging

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import OperationalError

from stoppress import live
from stoppress.live.models import LoggedEvent
from stoppress.live.publishing import registry
from stoppress.live.readers import site_hooks
from stoppress.newsroom.stream_names import WIRE
from tests.live.asking import Request, until
from tests.live.editor import cookie_of, editor, readers, socket_of
from tests.live.transports.test_websocket import Socket


def sessions() -> type:
    """Return the site's class of sessions."""
    return SessionMiddleware(lambda request: None).SessionStore


async def test_only_the_reader_who_signs_out_is_disconnected_at_once(site):
    one = await (await editor("one")).connect(site)
    other = await (await editor("other")).connect(site)
    await sync_to_async(one.client.logout)()
    assert await one.socket.closed() == (4401, "sign in to read secret")
    assert len(readers()) == 1
    await other.socket.leave()


async def test_the_event_of_a_sign_out_reveals_no_session_key(site):
    one = await (await editor("one")).connect(site)
    session = one.client.cookies["sessionid"].value
    await sync_to_async(one.client.logout)()
    await one.socket.closed()
    event = await LoggedEvent.objects.aget(stream="live:signouts")
    assert (event.op, event.item) == ("remove", "") and session not in event.key


async def test_the_stream_of_sign_outs_is_not_readable(site):
    cookie = f"sessionid={(await editor('one')).client.cookies['sessionid'].value}".encode()
    for headers in ([], [(b"cookie", cookie)]):
        socket = Socket(site, "stream=live:signouts", headers=headers)
        await socket.open()
        assert (await socket.closed())[0] == 4404


@pytest.mark.parametrize("how", ["not_staff", "inactive", "password", "session"])
async def test_a_reader_who_may_no_longer_read_is_ended_when_asked_again(
    site, settings, board, how
):
    settings.STOPPRESS_LIVE = {"RECHECK_SECONDS": 0.05, "HEARTBEAT": 0.1}
    one = await (await editor("one")).connect(site)
    before = board.asked
    await until(lambda: board.asked >= before + 2)
    assert len(readers()) == 1  # asked again and again, and let go on

    @sync_to_async
    def take_away():
        if how == "session":
            one.client.session.flush()
        elif how == "password":
            one.user.set_password("another")
        elif how == "inactive":
            one.user.is_active = False
        else:
            one.user.is_staff = False
        one.user.save()

    await take_away()
    await until(lambda: not readers())


async def test_a_site_without_private_streams_logs_no_sign_outs(transactional_db, monkeypatch):
    monkeypatch.delitem(registry._registered, WIRE)  # the newsroom's
    one = await editor("one")
    await sync_to_async(one.client.logout)()
    assert not await LoggedEvent.objects.filter(stream="live:signouts").aexists()


class Door:
    """Who may read the stream `room`: everybody signed in, unless `error` is raised."""

    def __init__(self):
        self.fail(None)

    def fail(self, error, times=10_000):
        self.error, self.times, self.asked = error, times, 0

    def may_read(self, user):
        self.asked += 1
        if self.error and self.asked <= self.times:
            raise self.error
        return True


@pytest.fixture
def door(monkeypatch):
    monkeypatch.setattr(site_hooks, "_complained", {})  # what other tests left
    made = Door()
    live.stream("room", may_read=made.may_read)(lambda limit: [])
    yield made
    registry.unregister("room")


async def in_room(site, name):
    one = await editor(name)
    socket = socket_of(site, one, "room")
    await socket.open()
    while (await socket.frame())["type"] != "live":
        pass
    return one, socket


async def test_a_hook_that_raises_ends_readers_and_refuses_new_ones(site, settings, door, caplog):
    settings.STOPPRESS_LIVE = {"RECHECK_SECONDS": 0.05, "HEARTBEAT": 0.1}
    caplog.set_level(logging.ERROR)
    one, socket = await in_room(site, "one")
    door.fail(User.DoesNotExist("the room was deleted"))
    while "code" not in (message := await socket.application.receive_output(10)):
        pass  # a heartbeat
    assert message["code"] == 1011
    await socket.leave()
    another = socket_of(site, one, "room")
    await another.open()
    assert await another.closed() == (1011, "the stream cannot be read now")
    for path in ("/live/sse", "/live/poll"):
        request = Request(site, path, "stream=room", cookie=cookie_of(one))
        await request.body()
        assert request.status == 503 and int(request.headers["retry-after"]) > 0
    assert ["the room was deleted" in r.getMessage() for r in caplog.records] == [True]


async def test_a_database_that_fails_costs_a_reader_its_place_at_the_third_time(
    site, settings, door, monkeypatch
):
    settings.STOPPRESS_LIVE = {"HEARTBEAT": 0.05}
    monkeypatch.setattr("stoppress.live.readers.guard.RETRY_SECONDS", 0.2)
    _, socket = await in_room(site, "one")
    guard = readers()[0].guard
    door.fail(OperationalError("away"), times=2)
    guard.recheck_soon()
    await until(lambda: door.asked == 3 and not guard.asking)
    assert len(readers()) == 1  # it is back: all is as before
    door.fail(OperationalError("away"))
    guard.recheck_soon()
    await until(lambda: not readers())
    assert door.asked == 3
    await socket.leave()


async def test_unreadable_sessions_admit_no_reader(site, monkeypatch):
    def away(self):
        raise OperationalError("away")

    one = await editor("one")
    monkeypatch.setattr(sessions(), "load", away)  # the database is away
    for path in ("/live/sse", "/live/poll"):
        request = Request(site, path, "stream=secret", cookie=cookie_of(one))
        await request.body()
        assert request.status == 503 and int(request.headers["retry-after"]) > 0
    socket = socket_of(site, one, "secret")
    await socket.open()
    assert (await socket.closed())[0] == 1011


async def test_a_reader_that_waited_long_is_checked_again_before_the_first_frame(
    site, door, monkeypatch
):
    monkeypatch.setattr("stoppress.live.readers.guard.DOOR_SECONDS", -1)
    await in_room(site, "one")
    assert door.asked == 2


async def test_no_session_is_read_for_a_rate_limited_reader(site, settings, monkeypatch):
    settings.STOPPRESS_LIVE = {"HANDSHAKES_PER_SECOND": 1, "HANDSHAKE_BURST": 1}
    reads, real = [], sessions().load
    monkeypatch.setattr(  # the real one is called
        sessions(), "load", lambda self: (reads.append(1), real(self))[1]
    )
    refused = 0
    for _ in range(20):
        request = Request(site, "/live/poll", "stream=secret", cookie="sessionid=" + "a" * 32)
        await request.body()
        refused += request.status == 429
    assert refused and len(reads) == 20 - refused


async def test_an_address_cannot_forge_a_log_line(site, caplog):
    caplog.set_level(logging.INFO)
    socket = Socket(site, "stream=board", path="/x\n2026 ERROR forged")
    await socket.application.send_input({"type": "websocket.connect"})
    assert (await socket.application.receive_output(10))["type"] == "websocket.close"
    assert not any("\n" in record.getMessage() for record in caplog.records)
