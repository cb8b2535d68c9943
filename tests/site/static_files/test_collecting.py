import fcntl
import os
import re
import stat
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.templatetags.static import static

from stoppress.site.static_files import collecting
from tests.services.stand_in import StandIn


def words(caplog):
    return [record.getMessage() for record in caplog.records]


def test_files_are_collected_once_under_names_with_a_digest(site):
    site.start()
    assert re.fullmatch(r"/static/sub/paper\.[0-9a-f]{12}\.js", static("sub/paper.js"))
    names = {static(name).removeprefix("/static/") for name in ("paper.css", "dot.svg")}
    assert site.collected == names | {static("sub/paper.js").removeprefix("/static/")}
    [style] = site.root.glob("paper.*.css")
    [dot] = site.root.glob("dot.*.svg")
    assert f'url("{dot.name}")' in style.read_text()
    style.write_text("a reader's")
    site.start()
    assert style.read_text() == "a reader's"


def test_other_users_may_read_the_files_and_not_write_them(site):
    umask = os.umask(0o077)
    try:
        site.start()
    finally:
        os.umask(umask)
    for each in (site.root, *site.root.rglob("*")):
        if each.name != ".lock":
            assert stat.S_IMODE(each.stat().st_mode) == (0o755 if each.is_dir() else 0o644), each


def test_a_new_version_has_other_addresses_and_the_old_ones_stay(site):
    site.start()
    before, unchanged = static("paper.css"), static("sub/paper.js")
    site.write("dot.svg", "<svg/>")
    site.start()
    assert static("paper.css") != before and static("sub/paper.js") == unchanged
    assert before.removeprefix("/static/") in site.collected and len(site.manifests) == 2
    site.write("dot.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    site.start()
    assert static("paper.css") == before


def test_files_left_by_a_killed_process_are_deleted(site):
    left = site.root / ".new-killed"
    left.mkdir(parents=True)
    (left / "paper.css").write_text("")
    site.start()
    assert not left.exists()


def test_only_files_of_very_old_versions_are_deleted(site):
    for n in range(5):
        site.write("paper.css", f"p {{ order: {n} }}")
        site.start()
        (site.root / "own.css").write_text("an operator's")
        if n == 0:
            first, shared = static("paper.css"), static("dot.svg")
            long_ago = time.time() - collecting.KEPT_SECONDS - 1
            for manifest in site.root.glob("*.json"):
                os.utime(manifest, (long_ago, long_ago))
    assert len(site.manifests) == 4
    assert first.removeprefix("/static/") not in site.collected
    assert {shared.removeprefix("/static/"), "own.css"} <= site.collected
    assert len([name for name in site.collected if name.startswith("paper.")]) == 4


def test_processes_that_start_together_collect_once(site, monkeypatch):
    collected = []
    real = collecting._collect
    # To count: whether it ran twice shows nowhere else.
    monkeypatch.setattr(  # the function itself still runs
        collecting, "_collect", lambda *given: (collected.append(given), real(*given))
    )
    staticfiles_storage._wrapped = collecting.SiteFiles()
    with ThreadPoolExecutor(4) as together:
        for done in [together.submit(collecting.collect) for _ in range(4)]:
            done.result()
    assert len(collected) == 1


def test_a_collection_waits_for_another_process(site):
    site.root.mkdir(parents=True)
    with ThreadPoolExecutor(1) as other, (site.root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = other.submit(site.start)
        site.write("paper.css", "p { order: 9 }")
        assert not waiting.done() and site.collected == set()
        fcntl.flock(lock, fcntl.LOCK_UN)
        waiting.result()
    assert site.collected != set()


def test_pages_have_plain_addresses_on_a_read_only_disk(site, caplog):
    site.root.parent.mkdir()
    site.root.write_text("not a directory")
    site.start()
    assert static("paper.css") == "/static/paper.css"
    [line] = words(caplog)
    assert str(site.root) in line and "could not be collected" in line


def test_a_directory_that_became_read_only_serves_the_collected_files(site, monkeypatch):
    site.start()
    with_digest = static("paper.css")

    def refuse(*given, **named):
        raise PermissionError("read-only")

    # Tests run as root, whom no mode refuses anything.
    monkeypatch.setattr(collecting, "os", StandIn(os, utime=refuse))  # see above
    monkeypatch.setattr(collecting, "_collect", refuse)  # see above
    site.start()
    assert static("paper.css") == with_digest


@pytest.mark.parametrize(
    ("sheet", "told"),
    [
        ('p { background: url("none.svg") }', "none.svg"),
        ('p { background: url("../../../../none.svg") }', "none.svg"),
        ('@import "paper.css";', "passes"),
    ],
)
def test_a_style_sheet_that_names_no_file_of_the_site_does_not_stop_it(site, caplog, sheet, told):
    site.write("paper.css", sheet)
    site.start()
    assert static("paper.css") == "/static/paper.css"
    [line] = words(caplog)
    assert told in line and site.collected == set()


def test_an_editors_lock_and_a_link_that_leads_nowhere_do_not_stop_the_site(site):
    for name in (".#paper.css", "none.css"):
        (site.sources / name).symlink_to("nobody@host.1:2")
    site.start()
    assert static("sub/paper.js") == "/static/sub/paper.js"  # `none.css` cannot be collected
    (site.sources / "none.css").unlink()
    site.start()
    assert static("sub/paper.js") != "/static/sub/paper.js"


def test_an_empty_manifest_is_written_again(site):
    site.start()
    with_digest = static("paper.css")
    [manifest] = site.root.glob("staticfiles-*.json")
    manifest.write_text("")
    (site.root / "staticfiles-0000000000000000.json").write_text("")
    site.start()
    assert static("paper.css") == with_digest


def test_a_missing_file_is_logged_once(site, caplog):
    site.start()
    assert {static("none.css"), static("none.css")} == {"/static/none.css"}
    [line] = words(caplog)
    assert "'none.css', which no app has" in line


def test_collectstatic_collects_the_same_files(site):
    staticfiles_storage._wrapped = collecting.SiteFiles()
    call_command("collectstatic", interactive=False, verbosity=0)
    collecting.collect()
    assert static("paper.css") != "/static/paper.css" and "paper.css" in site.collected
