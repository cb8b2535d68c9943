"""Problems around a server are reported when it starts, each in one line."""

import os

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from stoppress.site import starting
from stoppress.site.signing_in.models import KeySeal
from tests.services import pgbouncer
from tests.services.backend import SERVER
from tests.services.full_disk import files_no_larger_than
from tests.services.stand_in import StandIn

ONE = "one secret key, long enough for a server to start with"
OTHER = "another secret key, long enough for a server as well"


def said(done):
    """Return the lines of a command that ended with 2, which are no log."""
    assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr
    return [line for line in done.stderr.splitlines() if line.startswith("stoppress: ")]


@pytest.fixture
def database(request):
    """Return the address of an empty database on PostgreSQL."""
    return request.config.stash[SERVER].new_database()


@pytest.mark.backend("postgres")
@pytest.mark.slow("two servers and a command")
def test_a_second_server_with_another_key_warns_about_it(serve, stoppress, database):
    serve(env={"DATABASE_URL": database, "STOPPRESS_SECRET_KEY": ONE})
    second = {"DATABASE_URL": database, "STOPPRESS_SECRET_KEY": OTHER}
    assert "The secret key differs" in stoppress("doctor", **second).stdout
    for said in (1, 0):  # started again, it is the key of before
        log = serve(env=second).log.read_text()
        assert log.count("WARNING stoppress.site: the secret key differs") == said


@pytest.mark.django_db
def test_a_changed_key_is_reported_once_and_not_stored(settings):
    settings.SECRET_KEY = ONE
    starting.seal_database()
    assert list(starting.key_remarks()) == []
    settings.SECRET_KEY = OTHER
    assert list(starting.key_remarks()) == [starting.ANOTHER_KEY]
    starting.seal_database()
    assert list(starting.key_remarks()) == []
    [seal] = KeySeal.objects.all()
    assert OTHER not in seal.signature and ONE not in seal.signature


@pytest.mark.django_db
def test_a_guessable_key_is_reported_with_the_command_that_makes_a_new_one(settings):
    settings.SECRET_KEY = "stop press"
    [line] = [line for line in starting.remarks() if "SECRET_KEY" in line]
    assert "secrets.token_urlsafe(48)" in line and "\n" not in line


@pytest.mark.django_db
def test_a_listed_fallback_key_counts_as_the_same_key(settings):
    settings.SECRET_KEY = ONE
    KeySeal.renew()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OTHER, [ONE]
    assert not KeySeal.is_of_another_key()


@pytest.mark.django_db
def test_only_migrations_beyond_the_last_that_is_known_are_newer():
    assert starting.newer_migrations() == []
    recorder = MigrationRecorder(connection)
    recorder.record_applied("newsroom", "0001_squashed_since")
    recorder.record_applied("an_app_of_before", "9999_last")
    recorder.record_applied("newsroom", "9999_of_tomorrow")
    assert starting.newer_migrations() == ["newsroom.9999_of_tomorrow"]
    [refusal] = starting.refusals_before()
    assert "of a newer version" in refusal and "newsroom.9999_of_tomorrow" in refusal


@pytest.mark.slow("three commands, one after the other")
def test_an_older_program_does_not_start_on_a_newer_database(stoppress):
    sql = "INSERT INTO django_migrations (app, name, applied) VALUES ('newsroom', '9_later', '')"
    code = f"from django.db import connection as c; c.cursor().execute({sql!r})"
    assert stoppress("manage", "shell", "-v0", "-c", code).returncode == 0
    [line] = said(stoppress("serve"))
    assert "of a newer version" in line and "newsroom.9_later" in line
    assert "newsroom.9_later" in stoppress("doctor").stdout


@pytest.mark.backend("postgres")
@pytest.mark.slow("two commands, and the second migrates")
def test_a_transaction_pooler_without_a_direct_connection_is_refused(
    stoppress, database, postgres, tmp_path
):
    with pgbouncer.pooling(postgres, tmp_path, pool_mode="transaction") as port:
        if port is None:
            pytest.skip(pgbouncer.MISSING)
        pooled = database.replace(f":{postgres.port}/", f":{port}/")
        [line] = said(stoppress("worker", DATABASE_URL=pooled))
        assert "DATABASE_URL leads to a pooler" in line and "DATABASE_LISTEN_URL" in line
        direct = {"DATABASE_URL": pooled, "DATABASE_LISTEN_URL": database}
        assert stoppress("doctor", **direct).returncode == 0


@pytest.mark.backend("postgres")
def test_a_read_only_database_that_is_empty_is_one_line(stoppress, database):
    options = "?options=-c%20default_transaction_read_only%3Don"
    done = stoppress("serve", DATABASE_URL=f"{database}{options}")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "the database is read-only: readers are served" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("stoppress: the database cannot be used: ")


@pytest.mark.django_db
def test_a_read_only_database_is_reported(settings, tmp_path, monkeypatch):
    assert not [line for line in starting.unwritable() if "read-only" in line]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
    else:
        monkeypatch.setitem(connection.settings_dict, "NAME", "/proc/version")
        system = StandIn(os, access=lambda path, mode: False)
        monkeypatch.setattr(starting, "os", system)  # root may write everywhere
    assert [line for line in starting.unwritable() if line.startswith("the database is read-only")]


@pytest.mark.backend("postgres")
@pytest.mark.slow("the command starts three processes")
def test_a_full_data_directory_is_an_error_without_traceback(stoppress, database):
    env = {"DATABASE_URL": database, "STOPPRESS_SECRET_KEY": ONE}
    with files_no_larger_than(5000):
        done = stoppress("serve", "--workers", "2", "--port", "0", **env)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "cannot be written: File too large" in done.stderr


@pytest.mark.parametrize("full", [0, 5000])
def test_a_full_disk_is_one_line(stoppress, full):
    with files_no_larger_than(full):
        done = stoppress("serve")
    assert done.returncode in {1, 2} and done.stderr.count("\n") == 1


def test_a_data_directory_that_cannot_be_written_is_named(stoppress):
    [line] = said(stoppress("serve", STOPPRESS_DATA="/proc", STOPPRESS_SECRET_KEY=ONE))
    assert "cannot write /proc/.prepare.lock: " in line
