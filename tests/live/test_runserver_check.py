import os
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.core.management.base import BaseCommand
from django.core.management.commands.runserver import Command

from stoppress.drill.free_port import free_port
from stoppress.live.runserver_check import check_runserver
from tests.services.process import Process

EXAMPLE = Path(__file__).parents[2] / "example"
OURS = {"DJANGO_SETTINGS_MODULE", "PYTHONPATH"}


@pytest.fixture
def started(monkeypatch, settings):
    """Return what the check says as `runserver` starts, for the command of that name."""
    settings.ASGI_APPLICATION = "club.asgi.application"
    monkeypatch.setattr(sys, "argv", ["manage.py", "runserver", "8000"])  # the command line

    def check(command):
        monkeypatch.setitem(get_commands(), "runserver", command)  # as an app's command is found
        return check_runserver()

    return check


class Nostatic(Command):
    """As WhiteNoise and others extend Django's."""


class ByAsgi(Command):
    """As daphne's is."""

    server_cls = object


@pytest.mark.parametrize("command", ["django.core", "django.contrib.staticfiles", Nostatic()])
def test_a_runserver_by_wsgi_is_named_with_what_to_run_instead(started, command):
    [warning] = started(command)
    assert warning.id == "stoppress.W025" and "WSGI" in warning.msg
    assert "daphne" in warning.hint and "uvicorn club.asgi:application --reload" in warning.hint


@pytest.mark.parametrize("command", [ByAsgi(), BaseCommand()])
def test_another_runserver_passes(started, command):
    assert started(command) == []


def test_a_site_without_an_asgi_application_gets_an_example_name(started, settings):
    settings.ASGI_APPLICATION = None
    [warning] = started("django.core")
    assert "uvicorn project.asgi:application --reload" in warning.hint


@pytest.mark.parametrize("words", [["check"], ["migrate"], []])
def test_other_commands_get_no_warning(started, monkeypatch, words):
    monkeypatch.setattr(sys, "argv", ["manage.py", *words])  # the command line
    assert started("django.core") == []


@pytest.mark.slow("starts a server")
@pytest.mark.backend("sqlite")
def test_the_developer_reads_it_on_the_console(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name not in OURS} | {
        "SCOREBOARD_DATABASE": str(tmp_path / "scores.db"),
        "PYTHONUNBUFFERED": "1",
    }
    log = tmp_path / "server.log"
    command = [sys.executable, EXAMPLE / "manage.py", "runserver", "--noreload", str(free_port())]
    server = Process(command, log, env=environment)
    try:
        server.wait_until(lambda: b"development server at" in log.read_bytes(), "it started")
    finally:
        server.kill()
    said = log.read_text()
    assert "(stoppress.W025) This runserver serves by WSGI" in said
    assert "uvicorn scoreboard.asgi:application --reload" in said
