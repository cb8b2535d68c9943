"""The publish API's page in a real browser, under its own Content-Security-Policy."""

import json

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import Serve

pytestmark = pytest.mark.timeout(300)

CALLS = 45


def test_the_page_explains_every_call_and_tries_one_from_local_files(
    chromium: Browser, serve: Serve
) -> None:
    server = serve("--no-worker")
    token = server.run("token", "docs page").splitlines()[-1]
    page = chromium.new_page()
    complaints: list[str] = []
    strangers: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("request", lambda request: strangers.append(request.url))

    page.goto(server.url + "/api/docs")
    expect(page.locator(".opblock")).to_have_count(CALLS)
    page.get_by_role("button", name="Authorize").click()
    page.locator(".auth-container input").fill(token)
    page.locator(".auth-btn-wrapper .authorize").click()
    page.locator(".btn-done").click()
    for method in ("get", "post", "patch"):
        page.locator(f".opblock-{method} .opblock-summary-control").first.click()
    create = page.locator(".opblock-post").first
    create.get_by_role("button", name="Try it out").click()
    create.locator("textarea.body-param__text").fill(json.dumps({"headline": "Bridge opens"}))
    create.get_by_role("button", name="Execute").click()

    expect(create.locator(".live-responses-table .response-col_status").last).to_contain_text("201")
    assert complaints == []
    assert [url for url in strangers if not url.startswith((server.url, "data:"))] == []
    page.goto(server.url)
    expect(page.get_by_text("Bridge opens").first).to_be_visible()
    page.close()
