"""Every file of an installation is its owner's alone, whatever was there and whatever the mask."""

import os
import stat
import subprocess
import sys
from contextlib import contextmanager

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from stoppress.site import private_files

from .test_exactness import publish

pytestmark = pytest.mark.backend("sqlite")


@contextmanager
def mask(value):
    before = os.umask(value)
    try:
        yield
    finally:
        os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def open_files(directory):
    """Return the files that others may do something to, with their modes.

    All but the static files, which are no secret: a proxy of another user may serve them.
    """
    files = [path for path in directory.rglob("*") if path.is_file() and not path.is_symlink()]
    files = [path for path in files if "static" not in path.relative_to(directory).parts]
    assert files
    return {str(path): oct(mode(path)) for path in files if mode(path) & 0o077}


@pytest.mark.parametrize(("value", "workers"), [(0o000, "2"), (0o022, "1"), (0o077, "1")])
def test_all_files_that_a_server_writes_into_an_existing_directory_are_private(
    serve, tmp_path, value, workers
):
    data, real = tmp_path / "data", tmp_path / "real"
    real.mkdir()
    real.chmod(0o755)
    data.symlink_to(real)
    with mask(value):
        server = serve("--workers", workers, data=data)
        publish(server, 2)
        assert {"stoppress.sqlite3", "stoppress.sqlite3-wal"} <= set(os.listdir(real))
        assert open_files(real) == {}
        server.manage("backup", str(tmp_path / "backup.sqlite3"))
        server.manage("restore", str(tmp_path / "backup.sqlite3"))
        publish(server, 1)
        server.run("token", "wire")
        assert open_files(real) == {}
        assert mode(tmp_path / "backup.sqlite3") == 0o600
    assert mode(real) == 0o755


def test_an_older_installation_is_made_private_at_the_next_start_with_one_log_line(serve, tmp_path):
    server = serve()
    publish(server, 1)
    server.kill9()  # its -wal and -shm stay
    for path in server.data.iterdir():
        path.chmod(0o755 if path.is_dir() else 0o666)
    assert len(open_files(server.data)) > 4
    server.start()
    publish(server, 1)
    assert open_files(server.data) == {}
    lines = [line for line in server.log.read_text().splitlines() if "now only their owner" in line]
    assert len(lines) == 1
    for name in ("stoppress.sqlite3", "stoppress.sqlite3-wal", "secret_key"):
        assert name in lines[0].partition(f"in {server.data}: ")[2]
    for path in server.data.iterdir():
        path.chmod(0o755 if path.is_dir() else 0o644)
    server.manage("backup", str(tmp_path / "backup.sqlite3"))
    assert open_files(server.data) == {}


def test_a_database_elsewhere_is_made_private_too_and_foreign_files_are_unchanged(
    stoppress, tmp_path
):
    place = tmp_path / "else [where]"
    place.mkdir()
    linked = place / "paper.db"
    for name in ("notes.txt", "real.db.html", "real.db-public"):
        (place / name).write_text("for all to read")
        (place / name).chmod(0o644)
    os.symlink("real.db", linked)
    url = f"sqlite:///{linked}"
    with mask(0):
        assert stoppress("token", "wire", DATABASE_URL=url).returncode == 0
    assert mode(place / "real.db") == 0o600
    (place / "real.db").chmod(0o664)
    done = stoppress("token", "other", DATABASE_URL=url)
    assert done.returncode == 0 and f"in {place}: real.db" in done.stderr
    assert mode(place / "real.db") == 0o600
    for name in ("notes.txt", "real.db.html", "real.db-public"):
        assert mode(place / name) == 0o644


def test_doctor_names_open_files_and_the_commands_that_close_them(stoppress, tmp_path):
    data = tmp_path / "data"
    stoppress("token", "wire")
    (data / "secret_key").chmod(0o640)
    (data / "stoppress.sqlite3").chmod(0o604)
    done = stoppress("doctor")
    assert done.returncode == 1
    for name in ("secret_key", "stoppress.sqlite3"):
        assert f"✗ Other users can read or change {data}/{name}." in done.stdout
        assert f"chmod go= {data}/{name}\n" in done.stdout
    commands = [
        line.split("Make it private: ")[1] for line in done.stdout.splitlines() if "chmod" in line
    ]
    for command in commands:
        assert os.system(command) == 0
    assert stoppress("doctor").returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_not_changed_and_doctor_names_its_owner(stoppress, tmp_path):
    stoppress("token", "wire")
    key = tmp_path / "data/secret_key"
    key.chmod(0o644)
    os.chown(key, 65534, 65534)
    assert stoppress("token", "other").returncode == 0
    assert mode(key) == 0o644
    done = stoppress("doctor")
    assert f"chmod go= {key} (as nobody, who owns it)" in done.stdout


def test_a_symbolic_link_is_not_followed(stoppress, tmp_path):
    stoppress("token", "wire")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("of all")
    elsewhere.chmod(0o644)
    os.symlink(elsewhere, tmp_path / "data/stoppress.sqlite3.link")
    assert stoppress("token", "other").returncode == 0
    assert mode(elsewhere) == 0o644


def test_a_stricter_umask_is_kept():
    with mask(0o177):
        private_files.keep_to_owner()
        assert os.umask(0) == 0o177


def test_media_are_private_since_pictures_of_drafts_are_among_them(tmp_path, settings):
    with mask(0o077):
        name = FileSystemStorage(location=tmp_path).save("pictures/one.jpg", ContentFile(b"x"))
    assert mode(tmp_path / name) == 0o600
    assert mode((tmp_path / name).parent) == 0o700


def test_another_asgi_server_writes_private_files_too(tmp_path):
    code = (
        "import os, stoppress.site.asgi; from django.core.management import call_command;"
        "call_command('migrate', verbosity=0); print(oct(os.umask(0)))"
    )
    env = {**os.environ, "STOPPRESS_DATA": str(tmp_path / "data")}
    env = {name: value for name, value in env.items() if name != "DJANGO_SETTINGS_MODULE"}
    with mask(0o000):
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert done.stdout == "0o77\n", done.stderr
    assert open_files(tmp_path / "data") == {}
