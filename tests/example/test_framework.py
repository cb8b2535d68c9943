"""The example of the client's documentation for pages drawn by a framework."""

import pytest
from playwright.sync_api import expect

from .club import ROOT, Club

pytestmark = [pytest.mark.timeout(300), pytest.mark.backend("sqlite")]

TEMPLATE = '    live_template = "_match.html"\n'
FIELDS = """
    def live_item(self):
        return {"home": self.home, "away": self.away, "score": self.score}
"""


def test_a_framework_draws_the_items_that_have_no_view(tmp_path, chromium):
    club = Club(tmp_path)
    club.follow("docs/client.md")
    lit = ROOT / "node_modules/lit-html/lit-html.js"
    club.write("scores/static/lit-html.js", lit.read_text())
    model = (club.directory / "scores/models.py").read_text()
    assert TEMPLATE in model
    club.write("scores/models.py", model.replace(TEMPLATE, "") + FIELDS)
    club.migrate()
    assert "no issues" in club.manage("check")
    club.shell("[Match.objects.create(home=f'H{n}', away='A') for n in range(2)]")
    page = chromium.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    with club.serving() as address:
        page.goto(address)
        shown = page.locator("main li")
        expect(shown).to_have_text(["0 : 0 H1 – A", "0 : 0 H0 – A"])
        club.shell("Match.objects.create(home='<New>', away='A')")
        expect(shown).to_have_text(["0 : 0 <New> – A", "0 : 0 H1 – A", "0 : 0 H0 – A"])
        club.shell("match = Match.objects.get(home='H1'); match.score = '2 : 1'; match.save()")
        expect(shown).to_have_text(["0 : 0 <New> – A", "2 : 1 H1 – A", "0 : 0 H0 – A"])
        club.shell("Match.objects.filter(home='<New>').delete()")
        expect(shown).to_have_text(["2 : 1 H1 – A", "0 : 0 H0 – A"])
        expect(page.locator("live-feed > *")).to_have_count(0)
    assert errors == []
    page.close()
