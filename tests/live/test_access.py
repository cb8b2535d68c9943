import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.test import Client

from stoppress import live
from stoppress.live.hub import running_hub, stop_hub
from stoppress.live.models import LoggedEvent

from .asking import until
from .test_consumers import Socket


@pytest.fixture
async def site(transactional_db, board):
    async def no_pages(scope, receive, send):
        raise AssertionError("no page is asked for")

    yield live.asgi(no_pages)
    await stop_hub()


class Editor:
    """Somebody signed in who may read `secret`, with a WebSocket on it."""

    def __init__(self, name):
        self.user = User.objects.create_user(name, is_staff=True)
        self.client = Client()
        self.client.force_login(self.user)

    async def connect(self, site):
        cookie = f"sessionid={self.client.cookies['sessionid'].value}".encode()
        self.socket = Socket(site, "stream=secret", headers=[(b"cookie", cookie)])
        await self.socket.open()
        while (await self.socket.frame())["type"] != "live":
            pass
        return self


@sync_to_async
def editor(name):
    return Editor(name)


def readers():
    return [c for c in running_hub().connections if c.guard is not None]


async def test_a_reader_who_signs_out_is_told_so_at_once_and_no_other(site):
    one = await (await editor("one")).connect(site)
    other = await (await editor("other")).connect(site)
    await sync_to_async(one.client.logout)()
    assert await one.socket.closed() == (4401, "sign in to read secret")
    assert len(readers()) == 1
    await other.socket.leave()


async def test_what_a_sign_out_leaves_in_the_log_gives_no_session_away(site):
    one = await (await editor("one")).connect(site)
    session = one.client.cookies["sessionid"].value
    await sync_to_async(one.client.logout)()
    await one.socket.closed()
    event = await LoggedEvent.objects.aget(stream="live:signouts")
    assert (event.op, event.item) == ("remove", "") and session not in event.key


async def test_nobody_reads_the_stream_of_sign_outs(site):
    cookie = f"sessionid={(await editor('one')).client.cookies['sessionid'].value}".encode()
    for headers, code in (([], 4401), ([(b"cookie", cookie)], 4403)):
        socket = Socket(site, "stream=live:signouts", headers=headers)
        await socket.open()
        assert (await socket.closed())[0] == code


@pytest.mark.parametrize("how", ["not_staff", "inactive", "password", "session"])
async def test_a_reader_who_may_no_longer_read_is_ended_when_asked_again(site, settings, how):
    settings.STOPPRESS_LIVE = {"RECHECK_SECONDS": 0.05, "HEARTBEAT": 0.1}
    one = await (await editor("one")).connect(site)
    await asyncio.sleep(0.3)
    assert len(readers()) == 1  # asked again and again meanwhile, and let go on

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


async def test_a_site_without_private_streams_logs_no_sign_outs(transactional_db):
    one = await editor("one")
    await sync_to_async(one.client.logout)()
    assert not await LoggedEvent.objects.filter(stream="live:signouts").aexists()
