"""Take the README's screenshot: the demo's front page with breaking news at the top."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page

from stoppress.drill.free_port import free_port

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.services.browser import launched  # noqa: E402  the project's root comes first

PICTURE = ROOT / "docs" / "front.png"
SECONDS = 300.0
# Breaking news, a lead with its picture, and nothing that has just changed.
WORTH_SHOWING = """() => {
  const image = document.querySelector('.river > .item:first-of-type .item-picture img')
  const is_live = document.querySelector('.status')?.dataset.state === 'live'
  return is_live && image?.complete && document.querySelector('.breaking-item')
    && !document.querySelector('main [data-fresh]')
}"""


def main() -> None:
    port = free_port()
    with tempfile.TemporaryDirectory() as data, launched() as browser:
        if browser is None:
            sys.exit("The screenshot needs Chromium: run `make services`")
        command = [".venv/bin/stoppress", "demo", "--port", str(port), "--data", data]
        demo = subprocess.Popen([*command, "--pace", "4"], cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            page = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
            wait_for(page, f"http://127.0.0.1:{port}/")
            page.wait_for_function(WORTH_SHOWING, timeout=SECONDS * 1000)
            page.screenshot(path=PICTURE)
        finally:
            demo.terminate()
            demo.wait(30)
    print(f"{PICTURE.relative_to(ROOT)}: {os.path.getsize(PICTURE) // 1024} KiB")


def wait_for(page: Page, address: str) -> None:
    """Open the page as soon as the demo answers."""
    deadline = time.monotonic() + 120
    while True:
        try:
            page.goto(address)
            return
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)


if __name__ == "__main__":
    main()
