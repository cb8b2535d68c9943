"""An installation is prepared once, however many processes begin it together."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from stoppress.site import setup
from tests.services.backend import SERVER
from tests.services.serve import COMMAND

KEY = "two servers have one secret key, and it is a long one"


@pytest.fixture
def empty(request, tmp_path):
    """Return the address of an empty database outside the data directories."""
    if request.config.getoption("backend") == "postgres":
        return request.config.stash[SERVER].new_database()
    return f"sqlite:///{tmp_path}/shared.sqlite3"


@pytest.mark.slow("two servers and a command load Django at the same time")
def test_servers_and_a_command_that_start_together_on_an_empty_database_all_work(
    serve, empty, tmp_path
):
    env = {"DATABASE_URL": empty, "STOPPRESS_SECRET_KEY": KEY}
    with ThreadPoolExecutor(2) as threads:
        starting = [threads.submit(serve, env=env, data=tmp_path / name) for name in ("a", "b")]
        migrated = subprocess.run(
            [COMMAND, "manage", "migrate", "-v0"],
            env={"PATH": "", "STOPPRESS_DATA": str(tmp_path / "c"), **env},
            capture_output=True,
            text=True,
            timeout=150,
        )
        servers = [start.result() for start in starting]
    assert migrated.returncode == 0
    assert all(line.endswith("waiting for it") for line in migrated.stderr.splitlines())
    assert all("Traceback" not in server.log.read_text() for server in servers)
    assert len({server.url for server in servers}) == 2


@pytest.mark.backend("postgres")
def test_a_second_migration_waits_with_a_message_and_continues(empty, tmp_path):
    env = {"PATH": "", "DATABASE_URL": empty, "STOPPRESS_DATA": str(tmp_path / "a")}
    with psycopg.connect(empty) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [setup.LOCK_NUMBER])
        waiting = subprocess.Popen(
            [COMMAND, "manage", "migrate", "-v0"], env=env, stderr=subprocess.PIPE, text=True
        )
        assert waiting.stderr is not None
        assert "another process migrates the database" in waiting.stderr.readline()
        other.rollback()
    assert waiting.wait(60) == 0
    waiting.stderr.close()
