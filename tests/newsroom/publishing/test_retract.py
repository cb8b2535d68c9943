import pytest

from stoppress import live
from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import (
    InvalidField,
    WrongState,
    correct_article,
    retract_article,
    update_article,
)
from tests.logged import logged
from tests.newsroom.desk import Page, draft, public, section, told

pytestmark = pytest.mark.django_db
SECRET = "Zanzibar"


def test_a_retracted_article_leaves_every_page():
    article = public(section=section())
    pages = [Page(stream) for stream in ("news", "section:world", article.stream)]
    article = retract_article(article, "Made up.", by="ann")
    assert (article.pub_status, article.retraction_note) == ("canceled", "Made up.")
    for page in pages:
        assert page.items() == page.fresh() == []
        assert told(page.stream) == ["put article.published", "remove article.retracted"]
    assert not Article.objects.public().exists()
    version = article.versions.public().first()
    assert (version.act, version.note, version.by) == ("retraction", "Made up.", "ann")


def test_no_row_of_the_log_has_the_retracted_text():
    article = public(f"{SECRET} one", section=section("world"), body=SECRET)
    section("sport")
    article = update_article(article, {"section": "sport", "headline": f"{SECRET} two"})
    article = correct_article(article, f"{SECRET} three", {"summary": SECRET})
    assert logged(item__contains=SECRET).count() >= 8
    retract_article(article, "Made up.")
    assert not logged(item__contains=SECRET).exists()
    for stream in ("news", "section:world", "section:sport", article.stream):
        assert told(stream)[-1] == "remove article.retracted"
        assert live.snapshot(stream).items == []


def test_other_articles_keep_their_text():
    other = public("Other")
    retract_article(public("Wrong"), "Made up.")
    assert logged(key=other.key, item__contains="Other").count() == 3


def test_a_note_is_needed():
    with pytest.raises(InvalidField, match="note is required"):
        retract_article(public(), " ")


def test_a_draft_is_discarded_and_not_retracted():
    with pytest.raises(WrongState, match="Discard the draft"):
        retract_article(draft(), "Made up.")


def test_nothing_is_retracted_twice():
    article = retract_article(public(), "Made up.")
    with pytest.raises(WrongState, match="already"):
        retract_article(article, "Made up.")
