"""The greeting of an operator: the next step while there is no editor, and later one line."""

import os
import re
import subprocess
import urllib.request

import pytest
from django.contrib.auth import get_user_model

from stoppress.site.welcome import Welcome, first_step, site_address
from tests.services.serve import COMMAND, Server

ACCOUNT = {
    "DJANGO_SUPERUSER_USERNAME": "ann",
    "DJANGO_SUPERUSER_EMAIL": "ann@paper.example",
    "DJANGO_SUPERUSER_PASSWORD": "a long pass phrase",
}
LOCAL = ["localhost", "127.0.0.1", "[::1]"]


def printed(server: Server) -> str:
    """Return what the server printed from its address on, without its log."""
    text = server.log.read_text()
    text = text[text.rindex("Stop Press is live at") :]
    return "".join(line for line in text.splitlines(True) if not re.match(r"\d{4}-", line))


def follow_the_first_step(server: Server) -> None:
    """Run the printed command as it stands, in another directory and a bare environment."""
    [line] = re.findall(r"^    (.*createsuperuser)$", printed(server), re.M)
    env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    if url := server.env.get("DATABASE_URL"):
        env["DATABASE_URL"] = url  # as the line before says
    command = ["sh", "-c", f"{line} --noinput"]
    done = subprocess.run(
        command, cwd="/", env=env | ACCOUNT, capture_output=True, text=True, timeout=150
    )
    assert done.returncode == 0, done.stderr


def assert_says_it_until_it_is_done(server: Server, site: str) -> None:
    text = printed(server)
    assert text.startswith(f"Stop Press is live at {site}\nThe data directory is {server.data}. ")
    assert text.count("There is no editor yet.") == 1 and f"sign in at {site}admin/" in text
    with urllib.request.urlopen(f"{site}admin/", timeout=10) as answer:
        assert answer.status == 200
    assert "There is no editor yet." in server.run("doctor")
    follow_the_first_step(server)
    assert "editor" not in server.run("doctor")
    server.restart()
    assert printed(server) == (
        f"Stop Press is live at {site}\n"
        f"Editors sign in at {site}admin/, and the data is in {server.data}\n"
    )


@pytest.mark.backend("sqlite")
def test_the_first_step_is_a_command_that_creates_an_editor(serve):
    server = serve(empty=True, env={"STOPPRESS_ROOT_PATH": "/paper"})
    assert_says_it_until_it_is_done(server, f"{server.url}/paper/")


@pytest.mark.backend("postgres")
def test_the_greeting_of_several_workers_appears_once_and_hides_the_databases_password(serve):
    server = serve("--workers", "2")
    assert "with the same DATABASE_URL:" in printed(server)
    assert server.env["DATABASE_URL"] not in printed(server)
    assert_says_it_until_it_is_done(server, f"{server.url}/")


@pytest.mark.parametrize(
    ("host", "allowed", "proxies", "address"),
    [
        ("127.0.0.1", LOCAL, [], "http://127.0.0.1:8000/"),
        ("::1", LOCAL, [], "http://[::1]:8000/"),
        ("0.0.0.0", LOCAL, [], "http://localhost:8000/"),
        ("::", LOCAL, [], "http://localhost:8000/"),
        ("0.0.0.0", ["paper.example"], [], "http://paper.example:8000/"),
        ("0.0.0.0", [".paper.example"], [], "http://paper.example:8000/"),
        ("127.0.0.1", ["paper.example"], ["127.0.0.1"], "https://paper.example/"),
        ("0.0.0.0", ["paper.example", *LOCAL], ["10.0.0.1"], "https://paper.example/"),
        ("192.168.1.5", ["*"], [], "http://192.168.1.5:8000/"),
        ("192.168.1.5", [], [], "http://192.168.1.5:8000/"),
    ],
)
def test_the_shown_address_is_served_by_the_site(host, allowed, proxies, address, settings):
    settings.ALLOWED_HOSTS = allowed
    settings.STOPPRESS_LIVE = {**settings.STOPPRESS_LIVE, "TRUSTED_PROXIES": proxies}
    assert site_address(host, 8000) == address
    settings.FORCE_SCRIPT_NAME = "/paper"
    assert site_address(host, 8000) == f"{address}paper/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("host", "allowed", "proxies", "refused"),
    [
        ("192.168.1.5", LOCAL, [], True),
        ("192.168.1.5", [*LOCAL, "192.168.1.5"], [], False),
        ("192.168.1.5", LOCAL, ["192.168.1.1"], False),
        ("0.0.0.0", LOCAL, [], False),
    ],
)
def test_a_host_that_the_site_refuses_is_named(host, allowed, proxies, refused, settings):
    settings.ALLOWED_HOSTS = allowed
    settings.STOPPRESS_LIVE = {**settings.STOPPRESS_LIVE, "TRUSTED_PROXIES": proxies}
    said = f"Requests for {host} are refused: STOPPRESS_ALLOWED_HOSTS has {', '.join(allowed)}"
    assert (said in Welcome(host).text(8000)) is refused


@pytest.mark.django_db
def test_an_editor_is_a_user_who_can_sign_in_to_the_admin():
    users = get_user_model()._default_manager
    ann = users.create(username="ann", is_staff=False)
    assert first_step()
    ann.is_staff = True
    ann.save()
    assert first_step() == []
    ann.is_active = False
    ann.save()
    assert first_step()


@pytest.mark.django_db
def test_the_command_names_the_files_of_secrets_that_the_server_has(monkeypatch, tmp_path):
    file = tmp_path / "the database"
    file.write_text("postgres://paper:secret@db/paper")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DATABASE_URL_FILE", str(file))
    [told, command] = first_step()
    assert "DATABASE_URL" not in told and f"DATABASE_URL_FILE='{file}' " in command
    assert "secret" not in command


def test_the_command_in_a_terminal_names_no_user(tmp_path):
    env = {"PATH": os.environ["PATH"], "STOPPRESS_DATA": str(tmp_path / "data")}
    ours, terminal = os.openpty()
    done = subprocess.run([COMMAND, "doctor"], env=env, stdout=terminal, timeout=60)
    os.close(terminal)
    text = os.read(ours, 4096).decode()
    os.close(ours)
    assert done.returncode == 0 and "To create one, run:" in text
