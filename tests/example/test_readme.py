"""What the README says to write, in a project that Django has just made, to a live page."""

import os
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.services.bare import make_bare
from tests.services.process import Process, free_port

from .readme import readme_files

pytestmark = [pytest.mark.timeout(120), pytest.mark.backend("sqlite")]

README = Path(__file__).parents[2] / "README.md"


def environment():
    return {
        k: v for k, v in os.environ.items() if k not in {"DJANGO_SETTINGS_MODULE", "PYTHONPATH"}
    }


@pytest.fixture
def manage(tmp_path):
    """Make a project, write what the README says into it, and return its `manage.py`."""
    python = make_bare(tmp_path / "bare", "uvicorn")
    project = tmp_path / "project"
    project.mkdir()

    def run(*command):
        done = subprocess.run(
            [python, *command],
            cwd=project,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    run("-m", "django", "startproject", "club", ".")
    run("manage.py", "startapp", "scores")
    for path, text in readme_files(README.read_text()).items():
        of_the_app = path.startswith("scores/")
        target = project / (path if of_the_app else f"club/{path}")
        target.parent.mkdir(exist_ok=True)
        target.write_text(text if of_the_app else f"{target.read_text()}\n{text}")
    run("manage.py", "makemigrations", "scores")
    run("manage.py", "migrate")
    return run


@pytest.fixture
def address(manage, tmp_path):
    port = free_port()
    log = tmp_path / "server.log"
    server = Process(
        [
            *(tmp_path / "bare/bin/python", "-m", "uvicorn", "club.asgi:application"),
            *("--app-dir", str(tmp_path / "project"), "--port", str(port)),
        ],
        log,
        env=environment(),
    )
    server.wait_until(lambda: b"running on" in log.read_bytes(), "it listened")
    yield f"http://127.0.0.1:{port}/scores/"
    server.stop(10)


def test_a_match_that_is_saved_changed_and_deleted_shows_on_the_open_page(
    manage, address, chromium
):
    def shell(code):
        manage("manage.py", "shell", "-c", f"from scores.models import Match\n{code}")

    assert "no issues" in manage("manage.py", "check")
    page = chromium.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    expect(page.locator("live-feed")).to_have_attribute("data-state", "live")
    shell("Match.objects.create(home='Reds', away='<Blues>')")
    match = page.locator("live-feed > p[data-key]")
    expect(match).to_have_text("0 : 0 Reds – <Blues>", use_inner_text=True)
    match.evaluate("element => { element.mine = true }")
    shell("match = Match.objects.get(); match.score = '1 : 0'; match.save()")
    expect(match.locator("b")).to_have_text("1 : 0")
    assert match.evaluate("element => element.mine") is True
    reloaded = chromium.new_page()
    reloaded.goto(address)
    assert match.inner_html() == reloaded.locator("live-feed > p[data-key]").inner_html()
    shell("Match.objects.all().delete()")
    expect(match).to_have_count(0)
    assert errors == []
    page.close()
    reloaded.close()
