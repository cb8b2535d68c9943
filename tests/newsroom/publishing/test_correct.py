import pytest

from stoppress.newsroom.publishing import (
    InvalidField,
    VersionConflict,
    WrongState,
    correct_article,
    retract_article,
    update_article,
    withdraw_version,
)
from stoppress.newsroom.publishing.withdraw_version import withdrawable
from tests.newsroom.desk import NINE, Page, draft, public, section, told

pytestmark = pytest.mark.django_db


def test_a_correction_changes_the_item_in_place_and_marks_it():
    page = Page("news")
    article = public("Mayor Ems", section=section())
    article = correct_article(
        article, "The mayor is  Ms Eams,\nnot Ems.", {"headline": "Mayor Eams"}, by="ann"
    )
    [item] = page.items()
    assert item["headline"] == "Mayor Eams"
    assert item["correction"]["text"] == "The mayor is Ms Eams, not Ems."
    assert page.items() == page.fresh()
    for stream in ("news", "section:world", article.stream):
        assert told(stream)[-1] == "put article.corrected"
    version = article.versions.public().first()
    assert (version.act, version.note) == ("correction", "The mayor is Ms Eams, not Ems.")
    assert (version.by, version.headline) == ("ann", "Mayor Eams")


def test_the_latest_correction_is_the_one_shown_and_outlives_an_update():
    article = correct_article(public(), "First.", {"headline": "Two"})
    article = correct_article(article, "Second.", {"headline": "Three"})
    article = update_article(article, {"summary": "More."})
    assert article.correction_text == "Second."
    assert article.versions.public().filter(act="correction").count() == 2


def test_a_correction_of_an_earlier_fix_needs_no_change():
    article = correct_article(public(), "An earlier text had the wrong date.")
    assert article.version == 3
    assert told()[-1] == "put article.corrected"


@pytest.mark.parametrize("note", ["", "  \n "])
def test_a_note_is_needed(note):
    with pytest.raises(InvalidField, match="note is required"):
        correct_article(public(), note, {"headline": "New"})
    assert told() == ["put article.published"]


def test_a_draft_cannot_be_corrected():
    with pytest.raises(WrongState, match="public"):
        correct_article(draft(), "Note.", {"headline": "New"})


def test_a_retracted_article_cannot_be_corrected():
    with pytest.raises(WrongState, match="public"):
        correct_article(retract_article(public(), "Wrong."), "Note.", {})


def test_a_correction_can_move_the_article():
    article = public(section=section("world"))
    section("sport")
    article = correct_article(article, "It is about rowing.", {"section": "sport"})
    assert told("section:world")[-1] == "remove article.moved"
    assert told("section:sport") == ["put article.corrected"]
    assert told("news")[-1] == told(article.stream)[-1] == "put article.corrected"


def test_a_lost_update_is_refused():
    article = public()
    update_article(article, {"headline": "By Ann"})
    with pytest.raises(VersionConflict):
        correct_article(article, "Note.", {"headline": "By Ben"}, if_version=article.version)


def test_a_correction_that_was_made_elsewhere_keeps_its_time_and_goes_with_its_version():
    article = correct_article(public(), "The mayor is Ms Eams.", at=NINE)
    assert article.correction_date == NINE
    article = update_article(article, {"headline": "Mayor Eams"})
    article = withdraw_version(article, withdrawable(article), note="A libel.")
    assert (article.correction_text, article.correction_date) == ("", None)
