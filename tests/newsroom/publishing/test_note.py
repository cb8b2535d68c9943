import pytest

from stoppress.newsroom.publishing import (
    InvalidField,
    add_note,
    correct_article,
    discard_draft,
    retract_article,
)
from tests.logged import logged
from tests.newsroom.desk import draft, public

pytestmark = pytest.mark.django_db
SECRET = "Zanzibar"


def test_a_note_is_accepted_in_every_state_and_makes_no_version():
    for article in (draft(), discard_draft(draft()), public(), retract_article(public(), "No.")):
        note = add_note(article, " Ask the mayor.\r\nThen the harbour. ", by="ann")
        assert (note.text, note.by) == ("Ask the mayor.\nThen the harbour.", "ann")
        assert list(article.notes.all()) == [note]
        version = article.version
        article.refresh_from_db()
        assert article.version == version


def test_a_note_reaches_no_page_and_no_stream(client):
    article = public()
    add_note(article, SECRET, by=SECRET)
    correct_article(article, "It is the north pier.")
    for address in ("/", article.get_absolute_url()):
        assert SECRET not in client.get(address).content.decode()
    assert not logged(item__contains=SECRET).exists()


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "a\x00b", "x" * 2001, 7])
def test_a_text_that_is_empty_or_cannot_be_stored_is_refused(text):
    article = draft()
    with pytest.raises(InvalidField, match="text"):
        add_note(article, text)
    assert not article.notes.exists()
