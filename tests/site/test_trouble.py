"""A database that does not work: a request is told so, the log once, and nothing is published."""

import re
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager

import psycopg
import pytest

from tests.services import postgres as postgres_service
from tests.services.postgres import Postgres
from tests.services.serve import Server
from tests.site.test_clocks import Desk, allow
from tests.site.test_serve import get
from tests.site.web.test_metrics import value

pytestmark = pytest.mark.backend("postgres")

NOTHING = "The database does not take changes now. Nothing was saved or published. Try again."
ASKED = ("/", "/articles/1/", "/section/sport/", "/api/articles")


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[Postgres]:
    """A PostgreSQL server that this module stops, fills and locks."""
    server = postgres_service.start()
    if server is None:
        pytest.skip(postgres_service.MISSING)
    yield server
    server.stop()


@pytest.fixture
def server(serve, own_postgres) -> Server:
    """A site with one public article."""
    env = {"DATABASE_URL": own_postgres.new_database(), "STOPPRESS_LOCK_SECONDS": "1"}
    server: Server = serve(env=env)
    allow(server)
    assert Desk(server).send(headline="Before", pub_status="usable")[0] == 201
    get(server, "/live/poll?stream=news")  # from now on it follows the log
    return server


def asked(server: Server, path: str) -> tuple[int, str | None]:
    """Return status and Retry-After of a page, or of an answer of the API."""
    request = urllib.request.Request(server.url + path)
    request.add_header("Authorization", "Bearer sp_of_the_desk")
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers["Retry-After"]
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Retry-After"]


def ready(server: Server) -> tuple[int, str]:
    status, body = get(server, "/readyz")
    return status, body.strip()


def until_ready(server: Server) -> None:
    deadline = time.monotonic() + 20
    while ready(server) != (200, "ready"):
        assert time.monotonic() < deadline, ready(server)
        time.sleep(0.1)  # between two looks


@contextmanager
def stopped(own: Postgres, server: Server) -> Iterator[None]:
    own.go_away()
    try:
        yield
    finally:
        own.come_back()


@contextmanager
def without_a_slot(own: Postgres, server: Server) -> Iterator[None]:
    with ExitStack() as held:
        admin = held.enter_context(psycopg.connect(own.url(), autocommit=True))
        ended = 1
        # Those that are open would still serve, and the server may have taken a slot meanwhile.
        while ended:
            ended = _end_connections(admin, server)
            with pytest.raises(psycopg.OperationalError, match="too many clients"):
                while True:
                    held.enter_context(psycopg.connect(own.url(), connect_timeout=5))
            ended += _end_connections(admin, server)
        yield


@contextmanager
def read_only(own: Postgres, server: Server) -> Iterator[None]:
    name = server.env["DATABASE_URL"].rsplit("/", 1)[1]
    with psycopg.connect(own.url(), autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'.encode())
        _end_connections(admin, server)
        yield
        admin.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only'.encode())
        _end_connections(admin, server)


def _end_connections(admin: psycopg.Connection, server: Server) -> int:
    """End the server's connections; return how many there were."""
    name = server.env["DATABASE_URL"].rsplit("/", 1)[1]
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    return admin.execute(end, [name]).rowcount


@contextmanager
def locked(own: Postgres, server: Server) -> Iterator[None]:
    with psycopg.connect(server.env["DATABASE_URL"]) as database:
        for table in (
            *("newsroom_article", "newsroom_section", "stoppress_live_installation"),
            *("stoppress_live_loggedevent", "newsroom_apitoken"),
        ):
            database.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
        yield
        database.rollback()


@pytest.mark.slow("it waits for a database that does not answer")
@pytest.mark.parametrize(
    ("trouble", "words", "pages"),
    [
        (stopped, "cannot be reached", 503),
        (without_a_slot, "cannot be reached", 503),
        (locked, "is locked", 503),
        (read_only, "is read-only", 200),
    ],
    ids=["stopped", "without a slot", "locked", "read-only"],
)
def test_each_failure_of_the_database_is_named_in_answers_and_log(
    server: Server, own_postgres: Postgres, trouble: Callable, words: str, pages: int
) -> None:
    with trouble(own_postgres, server):
        for path in ASKED * 3:
            status, again = asked(server, path)
            if pages == 503:
                assert (status, again) == (503, "5"), path
            else:
                assert status in {200, 404}
        assert Desk(server).send(headline="Meanwhile") == (503, {"detail": NOTHING})
        assert ready(server) == (503, f"the database {words}")
        assert get(server, "/healthz")[0] == 200
        log = server.log.read_text()
    assert re.findall(r"ERROR \S+(?: \[\w+\])?: the database (.*?)\. What", log) == [words]
    assert "Traceback" not in log and "Internal Server Error" not in log
    assert "Service Unavailable" not in log
    until_ready(server)
    assert Desk(server).send(headline="After")[0] == 201
    _, listed = Desk(server).send()
    assert "Meanwhile" not in str(listed)
    assert value(server, "stoppress_published_total") > 2
    if pages == 503:
        assert value(server, "stoppress_responses_total", status="5xx") >= 12


def test_a_connection_lost_in_the_commit_is_not_answered_with_nothing_was_saved(
    server: Server, own_postgres: Postgres
) -> None:
    answers = []
    with psycopg.connect(own_postgres.url(), autocommit=True) as admin:
        # Each commit waits for a standby that is not there.
        admin.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        admin.execute("SELECT pg_reload_conf()")
        sending = threading.Thread(
            target=lambda: answers.append(Desk(server).send(headline="Unsure", pub_status="usable"))
        )
        sending.start()
        waits = "SELECT query FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND datname = %s"
        name = server.env["DATABASE_URL"].rsplit("/", 1)[1]
        deadline = time.monotonic() + 20
        while admin.execute(waits, [name]).fetchone() != ("COMMIT",):
            assert time.monotonic() < deadline
            time.sleep(0.05)  # between two looks
        admin.execute("ALTER SYSTEM RESET synchronous_standby_names")
    own_postgres.restart()
    sending.join(20)
    [(status, body)] = answers
    assert status == 503
    assert "It may be saved and published, or not" in str(body)
    until_ready(server)
    assert "Unsure" in get(server, "/")[1]


@pytest.mark.backend("sqlite")
def test_a_locked_sqlite_is_named_in_answers_and_log(serve) -> None:
    server = serve(env={"STOPPRESS_LOCK_SECONDS": "1"})
    file = server.data / "stoppress.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        assert ready(server) == (503, "the database is locked")
        assert asked(server, "/")[0] == 200  # readers do not wait for a writer
        database.execute("ROLLBACK")
    until_ready(server)
    assert server.log.read_text().count("the database is locked") == 1
