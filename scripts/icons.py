"""Make the site's icons, logo and picture for link previews from its favicon.svg."""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.services.browser import launched  # noqa: E402  the project's root comes first

STATIC = ROOT / "src" / "stoppress" / "newsroom" / "static" / "newsroom"
PAPER = "#fbf9f4"
ICON_SIZES = (16, 32, 48)


def main() -> None:
    with launched() as browser:
        if browser is None:
            sys.exit("The icons need Chromium: run `make services`")
        largest, *smaller = (drawn(browser, size, size) for size in reversed(ICON_SIZES))
        sizes = [(size, size) for size in ICON_SIZES]
        largest.save(STATIC / "favicon.ico", sizes=sizes, append_images=smaller)
        for name, width, height, share in (
            ("apple-touch-icon", 180, 180, 0.72),
            ("logo", 512, 512, 0.72),
            ("sharing", 1200, 630, 0.62),
        ):
            picture = drawn(browser, width, height, share, PAPER).convert("RGB").quantize(64)
            picture.save(STATIC / f"{name}.png", optimize=True)


def drawn(
    browser: Browser, width: int, height: int, share: float = 1, ground: str = "transparent"
) -> Image.Image:
    """Return the logo in the middle of a background; its height is a share of the background's."""
    page = browser.new_page(viewport={"width": width, "height": height})
    mark = (STATIC / "favicon.svg").read_text()
    size = round(height * share)
    page.set_content(
        f"<style>html {{ background: {ground} }} body {{ margin: 0; display: grid;"
        f" place-items: center; height: 100vh }} svg {{ width: {size}px; height: {size}px }}"
        f"</style>{mark}"
    )
    picture = Image.open(BytesIO(page.screenshot(omit_background=True)))
    page.close()
    return picture.convert("RGBA")


if __name__ == "__main__":
    main()
