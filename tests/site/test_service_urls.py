"""No error tells a part of a password, whatever stands in it."""

import os
import socket
import subprocess
import sys

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import ConnectionHandler
from django.views.debug import get_default_exception_reporter_filter
from hypothesis import example, given
from hypothesis import strategies as st

from stoppress.conformance.server import address_of
from stoppress.drill.free_port import free_port
from stoppress.live.client import Follower
from stoppress.live.relays.health import RelayHealth
from stoppress.live.shown_url import shown_url
from stoppress.site import service_urls

# Letters and digits that no message of ours has, and all that ends something in an address.
LETTERS = "qxzjQXZJ7"
PASSWORDS = st.text(
    LETTERS + "#/?@[]%:;&=+,!$'()*\\\"<>^`{|}~ .-_é℀\U0001f511", min_size=4, max_size=24
)
FORMS = [
    "{0}://user:{1}@host.example:5432/3",
    "{0}://user:{1}@host.example",
    "{0}://:{1}@h:1/3",
    "{0}://user:{1}@host.example:port/3",
    "{0}://user:{1}@[::1]:70000/3?timeout=5",
    "{0}://user:{1}",
    "{1}",
    "user:{1}@host.example/3",
    "//user:{1}@host.example/3",
    "{0}:{1}",
]
AWKWARD = ["qxzj#QXZJ", "qxzj/QXZJ", "qxzj?QXZJ", "qxzj@QXZJ", "qxzj[QXZJ", "qx]zj%QXZJ"]
AWKWARD += ["qx%zzj%2QX", "7777/QXZJ", "7777?QX/ZJ", "qx℀zjQX", "qx zj:QXZJ", "qx#zj/QX?ZJ@qx"]


def parts(secret):
    """Return all of a secret that says something: four characters, one of them a letter of it."""
    every = {secret[i : i + 4] for i in range(len(secret) - 3)}
    return {part for part in every if set(part) & set(LETTERS)}


def traceback_of(error):
    """Return all that a traceback would say of an error."""
    words = ""
    while error is not None:
        words += f"{error!s} {error!r} {error.args!r} "
        error = error.__cause__ or error.__context__
    return words


def assert_silent(words, secret):
    assert [part for part in parts(secret) if part in words] == []


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "secret", ["hunter2.secret", "a.b.c", "postgres://u:123\tabc@host/db", "redis://u:1\n2@host/0"]
)
def test_an_address_that_cannot_be_parsed_completely_is_refused(secret):
    for read in (service_urls.database, service_urls.redis):
        with pytest.raises(ImproperlyConfigured) as refused:
            read("THE_URL", secret)
        assert secret not in str(refused.value)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.filterwarnings("error")
@given(password=PASSWORDS)
@example("qxzj#QXZJ")
@example("qxzj/QXZJ")
@example("7777/QXZJ")
@example("7777?QXZJ")
@example("qxzj[QXZJ")
@example("qx℀zj/X")
def test_an_address_is_read_as_it_was_meant_or_refused_without_a_part_of_it(form, password):
    for scheme in ("postgres", "sqlite", "qxzj", "a.b.c"):
        try:
            config = service_urls.database("DATABASE_URL", form.format(scheme, password))
        except ImproperlyConfigured as error:
            assert_silent(traceback_of(error), password)
            assert "DATABASE_URL cannot be read" in str(error) and "%2F" in str(error)
        else:
            if scheme == "postgres" and "@" in form:
                assert config["HOST"] in {"host.example", "::1", "h"}
    for scheme in ("redis", "rediss", "unix", "qxzj"):
        try:
            service_urls.redis("REDIS_URL", form.format(scheme, password))
        except ImproperlyConfigured as error:
            assert_silent(traceback_of(error), password)
            assert "REDIS_URL cannot be read" in str(error)


@pytest.mark.parametrize("scheme", ["mysql", "oracle", "mssql", "redshift"])
def test_a_database_that_cannot_hold_the_log_is_refused(scheme):
    with pytest.raises(ImproperlyConfigured, match=f"DATABASE_URL names {scheme}. It is postgres:"):
        service_urls.database("DATABASE_URL", f"{scheme}://user:word@host.example/news")


@given(password=PASSWORDS)
@example(password="7://word")
def test_an_address_of_a_site_or_a_feed_is_shown_without_its_password(password):
    url = f"https://user:{password}@host.example/feed?token={password}#{password}"
    assert_silent(shown_url(url), password)
    assert_silent(shown_url(f"user:{password}@host.example"), password)
    for look in (address_of, lambda url: Follower(url, {"news": None})):
        with pytest.raises(ValueError) as refused:
            look(url)
        assert_silent(traceback_of(refused.value), password)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://host.example/a/feed.xml", "https://host.example/a/feed.xml"),
        ("https://host.example/@name.rss", "https://host.example/@name.rss"),
        ("https://me:word@host.example:8443/feed", "https://…@host.example:8443/feed"),
        ("https://me:wo/rd@host.example/feed", "https://…"),
        ("https://me:word@host.example/@name", "https://…"),
        ("https://host.example/feed?key=word#part", "https://host.example/feed?…"),
        ("file:///srv/feed.xml", "file:///srv/feed.xml"),
        ("user://7?@host.example", "user://…"),
        ("user:7://word@host.example", "…"),
        ("user:word@host.example/feed", "…@host.example/feed"),
    ],
)
def test_an_error_shows_the_parts_that_are_not_secret(url, shown):
    assert shown_url(url) == shown


@pytest.mark.parametrize("password", AWKWARD)
@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_LISTEN_URL", "REDIS_URL"])
def test_the_command_names_the_remedy_and_not_the_value(stoppress, name, password):
    # The port makes each of them one that cannot be read.
    scheme = "redis" if name == "REDIS_URL" else "postgres"
    done = stoppress("doctor", **{name: f"{scheme}://user:{password}@host.example:port/3"})
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and name in done.stderr
    assert_silent(done.stdout + done.stderr, password)


def test_a_traceback_of_another_server_does_not_show_the_value(tmp_path):
    url = "postgres://user:qxzj/QXZJ@host.example/news"
    environment = {**os.environ, "STOPPRESS_DATA": str(tmp_path), "DATABASE_URL": url}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    code = "from stoppress.site import asgi"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True
    )
    assert "Traceback" in done.stderr and "DATABASE_URL cannot be read" in done.stderr
    assert_silent(done.stderr, "qxzj/QXZJ")


def test_a_secret_file_is_named_and_its_content_is_not_shown(stoppress, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("postgres://user:qxzj/QXZJ@host.example/news\n")
    done = stoppress("doctor", DATABASE_URL_FILE=str(secret))
    assert done.returncode == 2 and "DATABASE_URL_FILE cannot be read" in done.stderr
    assert_silent(done.stderr, "qxzj/QXZJ")
    done = stoppress("doctor", STOPPRESS_HEARTBEAT_FILE=str(secret))
    assert done.returncode == 2 and "STOPPRESS_HEARTBEAT_FILE must name a file" in done.stderr
    assert_silent(done.stderr, "qxzj/QXZJ")


SECRET_NAMES = ["DATABASE_URL", "REDIS_URL", "STOPPRESS_SECRET_KEY", "STOPPRESS_METRICS_TOKEN"]


@pytest.mark.parametrize("name", SECRET_NAMES)
@pytest.mark.parametrize("value", ["qxzjQXZJ7", "/qxzj/QXZJ7", "qxzj" * 100, "a/" + "qxzj" * 100])
def test_a_secret_given_in_place_of_its_file_name_is_not_shown(stoppress, name, value):
    done = stoppress("doctor", **{f"{name}_FILE": value})
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert f"{name}_FILE must be the path of a file" in done.stderr
    assert_silent(done.stdout + done.stderr, value)


def test_an_unreachable_server_does_not_reveal_the_password(stoppress):
    for host in (f"127.0.0.1:{free_port()}", "no.such.host.invalid"):
        done = stoppress("serve", DATABASE_URL=f"postgres://user:qxzj%2FQXZJ@{host}/news")
        assert done.returncode == 1 and "the database cannot be used" in done.stderr
        assert_silent(done.stderr, "qxzj/QXZJ")
        assert_silent(done.stderr, "qxzj%2FQXZJ")


def test_a_password_refused_by_the_database_is_not_shown(stoppress, postgres):
    url = postgres.new_database()
    account, _, host = url.partition("://")[2].rpartition("@")
    for user in {account.partition(":")[0], "nobody"}:
        done = stoppress("doctor", DATABASE_URL=f"postgres://{user}:qxzj%2FQXZJ@{host}")
        assert_silent(done.stdout + done.stderr, "qxzj/QXZJ")


@pytest.mark.backend("sqlite", long="postgres")
def test_a_password_refused_by_redis_is_not_shown(serve, redis):
    for port in (redis.url.rpartition(":")[2].partition("/")[0], free_port()):
        server = serve(env={"REDIS_URL": f"redis://user:qxzj%2FQXZJ@127.0.0.1:{port}/0"})
        server.process.wait_until(
            lambda log=server.log: "the Channels layer" in log.read_text(), "the relay is away"
        )
        server.stop()
        assert_silent(server.log.read_text(), "qxzj/QXZJ")
        assert_silent(server.log.read_text(), "qxzj%2FQXZJ")


def test_an_unreadable_address_of_a_channel_layer_is_not_shown(caplog):
    RelayHealth("layer", "the Channels layer").lost(
        ValueError("Port could not be cast: 'qxzjQXZJ'")
    )
    assert "is malformed" in caplog.text
    assert_silent(caplog.text, "qxzjQXZJ")


def test_the_error_page_of_a_debugged_site_hides_the_addresses_of_services(settings):
    settings.DATABASE_URL = settings.REDIS_URL = "postgres://user:qxzjQXZJ@host/news"
    settings.CHANNEL_LAYERS = {"default": {"CONFIG": {"hosts": ["redis://:qxzjQXZJ@host"]}}}
    shown = get_default_exception_reporter_filter().get_safe_settings()
    assert shown["STATIC_URL"] == "/static/"
    assert_silent(repr(shown), "qxzjQXZJ")


@pytest.mark.backend("postgres")
def test_a_database_server_that_vanishes_is_given_up_within_seconds_unless_the_address_says_more(
    postgres,
):
    longer = "?keepalives_idle=60&tcp_user_timeout=90000"
    for more, idle, seconds in (("", 4, 10), (longer, 60, 90)):
        config = service_urls.database("DATABASE_URL", postgres.url() + more)
        database = ConnectionHandler({"default": config})["default"]
        with (
            psycopg.connect(**database.get_connection_params()) as connection,
            socket.socket(fileno=os.dup(connection.fileno())) as line,
        ):
            assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == idle
            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == seconds * 1000
