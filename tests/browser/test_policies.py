"""Policy headers of pages, applied by a real browser."""

import pytest
from playwright.sync_api import Browser

from tests.conftest import Serve

pytestmark = [pytest.mark.timeout(300), pytest.mark.backend("sqlite")]

CAMERA = "document.featurePolicy ? document.featurePolicy.allowsFeature('camera') : false"


def test_the_browser_knows_every_name_in_the_policies_and_applies_them(
    chromium: Browser, serve: Serve
) -> None:
    server = serve("--no-worker")
    page = chromium.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in ("/", "/admin/login/", "/api/docs"):
        page.goto(server.url + path)
        page.wait_for_load_state("load")
        assert page.evaluate(CAMERA) is False
    assert [text for text in said if "olicy" in text or "nrecognized" in text] == []
    page.close()
