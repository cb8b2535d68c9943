"""The code of the README in a new Django project, up to a live page."""

import pytest
from playwright.sync_api import expect

from .club import Club

pytestmark = [pytest.mark.timeout(300), pytest.mark.backend("sqlite")]


def test_a_match_that_is_saved_changed_and_deleted_shows_on_the_open_page(tmp_path, chromium):
    club = Club(tmp_path)
    club.migrate()
    assert "no issues" in club.manage("check")
    page, reloaded = chromium.new_page(), chromium.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    with club.serving() as address:
        page.goto(address)
        expect(page.locator("live-feed")).to_have_attribute("data-state", "live")
        club.shell("Match.objects.create(home='Reds', away='<Blues>')")
        match = page.locator("live-feed > p[data-key]")
        expect(match).to_have_text("0 : 0 Reds – <Blues>", use_inner_text=True)
        match.evaluate("element => { element.mine = true }")
        club.shell("match = Match.objects.get(); match.score = '1 : 0'; match.save()")
        expect(match.locator("b")).to_have_text("1 : 0")
        assert match.evaluate("element => element.mine") is True
        # It is marked until it has been on the screen for a moment.
        expect(page.locator("[data-unseen]")).to_have_count(0)
        reloaded.goto(address)
        same = "element => { element.removeAttribute('data-fresh'); return element.outerHTML }"
        assert match.evaluate(same) == reloaded.locator("live-feed > p[data-key]").evaluate(same)
        club.shell("Match.objects.all().delete()")
        expect(match).to_have_count(0)
    assert errors == []
    page.close()
    reloaded.close()
