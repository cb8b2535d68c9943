"""PostgreSQL fails over to a standby while two servers serve readers, as the page on them says."""

import asyncio
import re
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.services import postgres as postgres_service
from tests.site.reading import publish, readers, until
from tests.site.test_serve import get
from tests.site.web.test_metrics import value

pytestmark = [
    pytest.mark.backend("postgres"),
    pytest.mark.slow("two PostgreSQL servers, and two servers of the site"),
]
PAGE = Path(__file__).parents[2] / "docs" / "operations" / "several-servers.md"


@pytest.fixture
def pair():
    """A primary and the standby that follows it."""
    with ExitStack() as ending:
        primary = postgres_service.start()
        assert primary is not None  # the test database of this run is on one
        ending.callback(primary.stop)
        standby = primary.standby()
        ending.callback(standby.stop)
        yield primary, standby


async def test_readers_stay_connected_through_a_failover_without_a_restart(serve, pair):
    primary, standby = pair
    [address] = re.findall(r"DATABASE_URL=(postgres://\S+host=db1,db2\S+)", PAGE.read_text())
    for documented, ours in {
        "USER:PASSWORD@/stoppress": "postgres@/postgres",
        "db1,db2": f"{primary.host},{standby.host}&port={primary.port}",
    }.items():
        assert documented in address
        address = address.replace(documented, ours)
    env = {"DATABASE_URL": address, "STOPPRESS_SECRET_KEY": "one key for both servers" * 3}
    servers = [serve(env=env), serve(env=env)]

    def answers() -> list[int]:
        return [get(server, "/readyz")[0] for server in servers]

    def working() -> float:
        return sum(value(server, "stoppress_background_worker") for server in servers)

    async with readers(servers[0], 4) as here, readers(servers[1], 4) as there:
        reading = [*here, *there]
        await asyncio.to_thread(publish, servers[0], "Before")
        await until(lambda: all(reader.events == ["Before"] for reader in reading))
        primary.process.kill()
        assert answers() == [503, 503]
        standby.promote()
        await until(lambda: answers() == [200, 200])
        await asyncio.to_thread(publish, servers[1], "After")
        await until(lambda: all(reader.events == ["Before", "After"] for reader in reading))
        assert [reader for reader in reading if reader.lost or len(reader.came) > 1] == []
        await until(lambda: working() == 1)
