"""A WebSocket by hand is answered, and is closed, as any other."""

import asyncio

import pytest

from stoppress.drill.raw_socket import RawSocket, halted_reader
from tests.site.doctored import Doctored


def told(url, stream, origin=""):
    with RawSocket(url) as line:
        return line.handshake([stream], origin=origin), line.close_code()


def refused(url):
    with RawSocket(url) as line:
        return line.handshake(origin="http://foreign.example")


def halted(url, stream):
    with halted_reader(url, [stream]) as line:
        return line.close_code()


async def test_it_says_how_it_was_answered_and_with_which_code_it_was_closed():
    async with Doctored().served() as url:
        assert await asyncio.to_thread(told, url, "nowhere") == (101, 4404)
        assert await asyncio.to_thread(refused, url) == 403
        assert await asyncio.to_thread(halted, url, "nowhere") == 4404


async def test_a_server_that_refuses_has_no_reader_who_halts():
    async with Doctored("ws refused").served() as url:
        with pytest.raises(OSError, match="handshake was refused"):
            await asyncio.to_thread(halted, url, "nowhere")
