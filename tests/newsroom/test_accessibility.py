"""The accessibility statement says what its file says, in the page's language, and whom to tell."""

import pytest
from django.test import override_settings

from stoppress.newsroom.accessibility import checked, contact_link, run

pytestmark = pytest.mark.django_db


def statement(client) -> str:
    answer = client.get("/accessibility/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_statement_has_the_facts_of_the_run(client):
    text = statement(client)
    for fact in (run()["axe"], run()["browser"], f"{len(run()['rules'])} of its rules"):
        assert fact in text
    assert "Front page: as it comes, new stories are waiting, paused" in text
    # Nobody has tried one yet: whoever has writes its name into the file.
    assert run()["screen_readers"] or "have not been tried with a screen reader" in text


def test_the_statement_is_in_the_language_of_the_pages(client):
    with override_settings(LANGUAGE_CODE="de"):
        text = statement(client)
    assert "Startseite: wie sie kommt, neue Meldungen warten, angehalten" in text
    assert "mit axe" in text


@pytest.mark.parametrize(
    ("contact", "link"),
    [
        ("desk@paper.example", "mailto:desk@paper.example"),
        ("https://paper.example/contact?of=pages", "https://paper.example/contact?of=pages"),
        ("+44 20 7946 0000", ""),
        ("javascript://x", ""),
        ("", ""),
    ],
)
def test_a_contact_is_a_link_where_it_can_be_one(client, contact, link):
    assert contact_link(contact) == link
    with override_settings(STOPPRESS_CONTACT=contact):
        text = statement(client)
    assert (f'href="{link}"' in text) == bool(link)
    assert ("Tell us" in text) == bool(contact)
    assert not contact or contact in text


def test_each_page_links_the_statement(client):
    assert 'href="/accessibility/"' in client.get("/").content.decode()


def test_the_run_has_each_page_and_each_state_once():
    pages = [page for page, _ in checked().pages]
    assert len(set(pages)) == len(pages) == len(run()["pages"])
    assert all(len(set(states)) == len(states) for states in run()["pages"].values())
