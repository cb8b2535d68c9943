"""The servers for the other tests are real, and isolated from each other."""

import json
import urllib.request

import psycopg
from playwright.sync_api import Browser
from redis import Redis as Client

from tests.conftest import Serve

from .postgres import Postgres
from .redis import Redis


def test_every_new_postgres_database_is_empty_and_separate(postgres: Postgres) -> None:
    first, second = postgres.new_database(), postgres.new_database()
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE news (id int)")
    with psycopg.connect(second) as connection:
        found = connection.execute("SELECT to_regclass('news')").fetchone()
    assert found == (None,)


def test_a_test_may_fill_redis(redis: Redis) -> None:
    with Client.from_url(redis.url) as client:
        assert client.setnx("news", 1)


def test_the_next_test_finds_redis_empty(redis: Redis) -> None:
    with Client.from_url(redis.url) as client:
        assert client.setnx("news", 1)


def test_chromium_runs_a_script_on_a_page(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<h1>Late</h1><script>document.querySelector('h1').append(' news')</script>")
    assert page.inner_text("h1") == "Late news"
    page.close()


def test_a_server_answers_keeps_its_data_and_restarts_at_its_address(serve: Serve) -> None:
    server = serve(env={"STOPPRESS_HEARTBEAT": "1"})
    first = server.process.pid
    server.kill9()
    server.restart()
    assert server.process.pid != first
    with urllib.request.urlopen(f"{server.url}/healthz", timeout=10) as response:
        assert response.status == 200
    users = server.manage("dumpdata", "auth.user")
    assert isinstance(json.loads(users), list)
    assert server.stop() == 0
