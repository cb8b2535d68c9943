"""The `stoppress` command, as its user types it."""

import logging
import os
import sqlite3
import subprocess
from contextlib import closing

import pytest

from stoppress.cli.main import main
from stoppress.drill.free_port import free_port
from tests.services.command import COMMAND, inherited
from tests.services.migrated import put_database


@pytest.fixture
def installed(stoppress, tmp_path):
    """The command on a database that is migrated already."""
    put_database(tmp_path / "data")
    return stoppress


def test_help_lists_the_commands(stoppress):
    done = stoppress("--help")
    assert done.returncode == 0
    for command in (
        "demo",
        "serve",
        "worker",
        "manage",
        "token",
        "tail",
        "follow",
        "doctor",
        "export",
        "import",
    ):
        assert command in done.stdout


@pytest.mark.parametrize("words", [[], ["publish"], ["serve", "--port", "99999"], ["token"]])
def test_an_unknown_argument_is_refused_with_the_usage(stoppress, words):
    done = stoppress(*words)
    assert done.returncode == 2 and "usage:" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_command_starts_on_an_empty_directory(stoppress):
    done = stoppress("token", "wire")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("sp_")
    assert "refused" not in done.stderr


def test_a_token_is_made_with_a_scope_and_an_end(installed):
    done = installed("token", "wire", "--scope", "read", "--scope", "write", "--days", "30")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("sp_")
    show = "from stoppress.newsroom.models import ApiToken as T; t = T.objects.get(); "
    show += "print(t.name, t.scope, t.lasts.days)"
    done = installed("manage", "shell", "-v", "0", "-c", show)
    assert done.stdout.split() == ["wire", "write", "30"]


@pytest.mark.parametrize("words", [("--scope", "all"), ("--days", "soon")])
def test_an_invalid_option_of_token_is_refused_with_the_usage(installed, words):
    done = installed("token", "wire", *words)
    assert done.returncode == 2 and f"argument {words[0]}: " in done.stderr
    assert "Traceback" not in done.stderr and "sp_" not in done.stdout


def test_a_new_installation_is_reported_once(stoppress, tmp_path):
    words = f"a new installation begins in {tmp_path}/data"
    done = stoppress("manage", "shell", "-v0", "-c", "")
    assert done.returncode == 0
    assert words in done.stderr and "STOPPRESS_DATA" in done.stderr and done.stdout == ""
    assert words not in stoppress("manage", "shell", "-v0", "-c", "").stderr


def test_doctor_finds_nothing_wrong_with_a_new_installation(stoppress):
    stoppress("token", "wire")
    done = stoppress("doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No problem was found" in done.stdout and "0 streams written to" in done.stdout


def test_doctor_reports_a_missing_installation(stoppress, tmp_path):
    words = f"There was no installation in {tmp_path}/data"
    assert words in stoppress("doctor").stdout
    assert words not in stoppress("doctor").stdout


def test_a_backup_makes_no_new_site_to_keep(stoppress, tmp_path):
    for unset in ([], ["STOPPRESS_DATA"]):
        done = stoppress("manage", "backup", "nightly.sqlite3", unset=unset)
        assert done.returncode == 1 and done.stderr.count("\n") == 1
        assert "there is no installation in " in done.stderr and "STOPPRESS_DATA" in done.stderr
    assert os.listdir(tmp_path) == []


def test_commands_that_list_migrations_run_none(installed):
    installed("manage", "migrate", "auth", "0011")
    for words in (["migrate", "--plan"], ["showmigrations", "auth"]):
        assert "0012_alter_user_first_name_max_length" in installed("manage", *words).stdout
    assert installed("manage", "migrate", "--check").returncode == 1
    assert "[ ] 0012_alter" in installed("manage", "showmigrations", "auth").stdout


def test_a_backup_is_made_before_the_database_is_migrated(installed, tmp_path):
    installed("manage", "migrate", "auth", "0011")
    done = installed("manage", "backup", str(tmp_path / "backup.sqlite3"))
    assert done.returncode == 0, done.stderr
    for file in (tmp_path / "backup.sqlite3", tmp_path / "data/stoppress.sqlite3"):
        with closing(sqlite3.connect(file)) as database:
            rows = set(database.execute("SELECT name FROM django_migrations WHERE app = 'auth'"))
        assert not {name for (name,) in rows if name.startswith("0012")}


def test_doctor_names_each_problem(installed):
    done = installed("doctor", STOPPRESS_DEBUG="yes")
    assert done.returncode == 1 and "STOPPRESS_DEBUG is on" in done.stdout


def test_doctor_says_that_passwords_can_be_guessed_without_end(installed):
    done = installed("doctor", STOPPRESS_LOGIN_FAILURES="0")
    assert done.returncode == 1 and "STOPPRESS_LOGIN_FAILURES is 0" in done.stdout


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("STOPPRESS_ALLOWED_HOSTS", "*", "STOPPRESS_ALLOWED_HOSTS has '*'"),
        ("STOPPRESS_TRUSTED_PROXIES", "10.0.0.1,::/0", "STOPPRESS_TRUSTED_PROXIES has ::/0"),
        ("STOPPRESS_SECRET_KEY", "stop press", "SECRET_KEY has less than"),
    ],
)
def test_doctor_names_settings_that_let_strangers_in(installed, name, value, said):
    done = installed("doctor", **{name: value})
    assert done.returncode == 1 and done.stdout.count("✗") == 1 and said in done.stdout


def test_doctor_remarks_that_a_proxys_readers_are_not_bound_to_https(installed):
    proxied = {"STOPPRESS_TRUSTED_PROXIES": "127.0.0.1"}
    done = installed("doctor", **proxied)
    assert "STOPPRESS_HSTS_SECONDS is 0" in done.stdout
    assert done.returncode == 0 and "No problem was found" in done.stdout
    assert "HSTS" not in installed("doctor", **proxied, STOPPRESS_HSTS_SECONDS="3600").stdout


def test_hsts_and_the_length_of_a_session_come_from_the_environment(installed):
    names = ("SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
    read = "from django.conf import settings as s; print(" + ", ".join(f"s.{n}" for n in names)
    read += ", s.SESSION_COOKIE_AGE)"
    done = installed("manage", "shell", "-v", "0", "-c", read)
    assert done.stdout.split() == ["0", "False", "False", "43200"], done.stderr
    said = {"STOPPRESS_HSTS_SECONDS": "3600", "STOPPRESS_SESSION_HOURS": "0.5"}
    done = installed("manage", "shell", "-v", "0", "-c", read, **said)
    assert done.stdout.split() == ["3600", "True", "True", "1800"], done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STOPPRESS_HEARTBEAT", "soon"),
        ("STOPPRESS_DEBUG", "perhaps"),
        ("STOPPRESS_HSTS_SECONDS", "a year"),
        ("STOPPRESS_SESSION_HOURS", "0"),
        ("STOPPRESS_METRICS_ADDRESS", "9100"),
        ("STOPPRESS_HEARTBEAT", "100000"),
        ("STOPPRESS_ALLOWED_HOSTS", "https://paper.example"),
        ("STOPPRESS_TRUSTED_PROXIES", "localhost"),
        ("STOPPRESS_SITE_NAME", ""),
        ("STOPPRESS_FETCH_PORTS", "0"),
        ("STOPPRESS_MAX_BODY", "0"),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_line(stoppress, name, value):
    done = stoppress("doctor", **{name: value})
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and name in done.stderr and value in done.stderr


def test_a_database_that_cannot_be_reached_is_one_line(stoppress):
    url = f"postgres://nobody:none@127.0.0.1:{free_port()}/none"
    done = stoppress("serve", DATABASE_URL=url)
    assert done.returncode == 1
    assert "database" in done.stderr and "Traceback" not in done.stderr


def test_a_directory_that_cannot_be_made_is_one_line(stoppress, tmp_path):
    (tmp_path / "file").write_text("")
    done = stoppress("serve", STOPPRESS_DATA=str(tmp_path / "file/data"))
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "STOPPRESS_DATA" in done.stderr


def test_tail_refuses_an_invalid_address_with_a_message(stoppress):
    done = stoppress("tail", "news")
    assert done.returncode == 2 and "http://HOST:PORT/" in done.stderr


def test_commands_that_start_together_prepare_one_after_another(tmp_path):
    env = inherited()
    env["STOPPRESS_DATA"] = str(tmp_path / "data")
    running = [
        subprocess.Popen(
            [COMMAND, "token", f"t{n}"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for n in range(3)
    ]
    for process in running:
        _, error = process.communicate(timeout=60)
        assert process.returncode == 0, error


@pytest.fixture
def typed(tmp_path, monkeypatch):
    """Run the command in this process, where no installation is, and return its status."""
    monkeypatch.setenv("STOPPRESS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "stoppress.site.settings")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    mask, handlers = os.umask(0o022), logging.root.handlers[:]
    yield lambda *words: main(words)
    os.umask(mask)
    logging.root.handlers[:] = handlers  # loading Django replaces them


@pytest.mark.parametrize(
    "words", [("manage", "backup", "copy.sqlite3"), ("export", "paper.zip", "--story", "7")]
)
def test_no_backup_is_made_without_an_installation(typed, words, capsys, tmp_path):
    assert typed(*words) == 1
    told = capsys.readouterr().err
    command = words[words[0] == "manage"]
    assert told.startswith(f"stoppress: {command}: there is no installation in ")
    assert told.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_the_help_of_backup_needs_no_installation(typed, capsys):
    with pytest.raises(SystemExit) as ended:
        typed("manage", "backup", "--help")
    assert ended.value.code == 0 and "usage: " in capsys.readouterr().out


def test_manage_alone_lists_the_commands_and_needs_no_database(typed, capsys):
    assert typed("manage") == 0
    assert "[newsroom]" in capsys.readouterr().out


def test_the_files_that_the_command_creates_are_private(typed, tmp_path):
    typed("manage", "backup", "copy.sqlite3")
    (tmp_path / "made").touch()
    assert (tmp_path / "made").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("words", [("tail", "--transport", "pigeon"), ("demo", "--port", "x"), ()])
def test_unknown_arguments_exit_with_status_2(typed, words, capsys):
    with pytest.raises(SystemExit) as ended:
        typed(*words)
    assert ended.value.code == 2 and capsys.readouterr().err.startswith("usage: stoppress")
