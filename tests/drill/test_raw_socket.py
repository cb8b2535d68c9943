"""A WebSocket written by hand returns the status and the close code of real servers."""

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


async def test_the_socket_returns_the_status_and_the_close_code():
    async with Doctored().served() as url:
        assert await asyncio.to_thread(told, url, "nowhere") == (101, 4404)
        assert await asyncio.to_thread(refused, url) == 403
        assert await asyncio.to_thread(halted, url, "nowhere") == 4404


async def test_a_halted_reader_needs_an_accepted_handshake():
    async with Doctored("ws refused").served() as url:
        with pytest.raises(OSError, match="handshake was refused"):
            await asyncio.to_thread(halted, url, "nowhere")
