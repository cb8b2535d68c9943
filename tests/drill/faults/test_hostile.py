"""What hostile visitors are answered by a server is counted as it came."""

import asyncio

from stoppress.drill.faults.hostile import flood_handshakes, send_oversized
from tests.site.doctored import Doctored


async def test_every_handshake_of_a_flood_is_counted_by_its_status():
    async with Doctored().served() as url:
        assert await asyncio.to_thread(flood_handshakes, url, 7) == {101: 7}


async def test_a_server_that_closes_for_another_reason_kept_no_limit_of_a_frame():
    async with Doctored().served() as url:  # it has no stream of news
        assert await asyncio.to_thread(send_oversized, url) == 4404
