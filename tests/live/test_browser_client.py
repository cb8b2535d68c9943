"""The browser client among static files that `collectstatic` has collected."""

import re
from pathlib import Path
from shutil import copytree
from urllib.parse import urljoin

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.management import call_command

from stoppress import live
from stoppress.live import browser_client
from stoppress.live.browser_client import client_address, older_address

IMPORT = re.compile(r"""(?:\bfrom|^import)\s*["']([^"']+)["']""", re.MULTILINE)
HASHED = re.compile(r"/static/stoppress/live/(?:\w+/)?\w+\.[0-9a-f]{12}\.js")
CLIENT = Path(live.__file__).parent / "static"


class Aggregating(ManifestStaticFilesStorage):
    support_js_module_import_aggregation = True


@pytest.fixture
def collect(settings, tmp_path):
    """Collects the client for a class of storage; returns where it is then."""

    def run(storage, client=CLIENT):
        settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
        settings.STATICFILES_DIRS = [client]
        settings.STATIC_ROOT = str(tmp_path / "collected")
        settings.STORAGES = {"staticfiles": {"BACKEND": storage}}
        settings.SERVESTATIC_KEEP_ONLY_HASHED_FILES = True
        call_command("collectstatic", interactive=False, verbosity=0)
        return tmp_path / "collected"

    return run


@pytest.fixture(autouse=True)
def nothing_told():
    """Forget the messages that a process logs only once."""
    browser_client._tell_once.cache_clear()


def loaded(folder, address):
    """Return the addresses of all modules that a page loads; each must be there."""
    found, waiting = set(), [address]
    while waiting:
        if (one := waiting.pop()) not in found:
            found.add(one)
            text = (folder / one.removeprefix("/static/")).read_text()
            waiting += [urljoin(one, name) for name in IMPORT.findall(text)]
    return found


def test_without_digests_a_page_of_a_checkout_loads_the_modules_themselves(collect):
    folder = collect("django.contrib.staticfiles.storage.StaticFilesStorage")
    modules = {f"/static/stoppress/live/{each.name}" for each in folder.glob("*/live/*.js")}
    assert client_address() == "/static/stoppress/live/index.js"
    at_start, later = (loaded(folder, each()) for each in (client_address, older_address))
    assert len(modules) > 20 and at_start | later == modules
    assert "/static/stoppress/live/range.js" in later - at_start


@pytest.mark.parametrize(
    "storage",
    [
        "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
        "servestatic.storage.CompressedManifestStaticFilesStorage",
        f"{__name__}.Aggregating",
    ],
)
def test_with_digests_every_module_that_a_page_loads_has_one_in_its_address(collect, storage):
    folder = collect(storage)
    modules = loaded(folder, client_address()) | loaded(folder, older_address())
    assert len(modules) >= 2 and all(map(HASHED.fullmatch, modules))


def test_another_client_has_another_address(collect, tmp_path):
    storage = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    collect(storage)
    before = client_address()
    updated = copytree(CLIENT, tmp_path / "updated")
    for module in updated.rglob("*.js"):
        module.write_text(module.read_text() + "// of the next version\n")
    assert before not in loaded(collect(storage, updated), client_address())


async def ask(path, root_path=""):
    """Ask an application that serves no file for one."""

    async def pages(scope, receive, send):
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body"})

    sent = []

    async def send(message):
        sent.append(message["type"])

    scope = {"type": "http", "method": "GET", "query_string": b"", "headers": []}
    await live.asgi(pages)({**scope, "path": path, "root_path": root_path}, None, send)
    assert sent == ["http.response.start", "http.response.body"]


def logged_lines(caplog):
    return [record.getMessage() for record in caplog.records if "static files" in record.msg]


@pytest.mark.parametrize(
    ("below", "root_path", "path"),
    [
        ("/static/", "", "/static/stoppress/live/index.js"),
        ("/club/static/", "/club", "/club/static/stoppress/live/index.js"),
        ("/club/static/", "/club", "/static/stoppress/live/index.js"),  # as some servers write it
    ],
)
async def test_an_answer_404_in_place_of_the_client_is_logged_once(
    settings, caplog, below, root_path, path
):
    settings.STATIC_URL = below
    await ask(path, root_path)
    await ask(path, root_path)
    [line] = logged_lines(caplog)
    assert f"{below}stoppress/live/index.js and got 404" in line


async def test_a_storage_that_cannot_be_made_does_not_change_the_answer(settings, caplog):
    settings.STORAGES = {"staticfiles": {"BACKEND": "nowhere.Storage"}}
    await ask("/static/stoppress/live/index.js")
    assert logged_lines(caplog) == []


async def test_missing_files_of_other_addresses_and_hosts_are_not_logged(settings, caplog):
    await ask("/static/stoppress/live/index.0123456789ab.js")
    await ask("/stoppress/live/index.js")
    settings.STATIC_URL = "https://cdn.example/static/"
    await ask("/static/stoppress/live/index.js")
    assert logged_lines(caplog) == []
