"""The server's answers to hostile clients are counted exactly."""

import asyncio

from stoppress.drill.faults.hostile import flood_handshakes, send_oversized
from tests.site.doctored import Doctored


async def test_every_handshake_of_a_flood_is_counted_by_its_status():
    async with Doctored().served() as url:
        assert await asyncio.to_thread(flood_handshakes, url, 7) == {101: 7}


async def test_the_close_code_of_an_oversized_frame_is_returned():
    async with Doctored().served() as url:  # it has no stream of news
        assert await asyncio.to_thread(send_oversized, url) == 4404
