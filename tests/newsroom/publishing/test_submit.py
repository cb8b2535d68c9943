import pytest

from stoppress.newsroom.publishing import (
    VersionConflict,
    WrongState,
    discard_draft,
    publish_article,
    send_back_article,
    submit_article,
    update_article,
)
from tests.logged import logged
from tests.newsroom.desk import draft, public

pytestmark = pytest.mark.django_db


def test_a_submitted_draft_names_its_submitter_and_stays_private():
    article = submit_article(draft(), by="ann")
    assert (article.pub_status, article.desk_state) == ("withheld", "submitted")
    version = article.versions.first()
    assert (version.act, version.by, version.public) == ("submit", "ann", False)
    assert version.version == article.version == 2
    assert not logged().exists()


def test_a_change_of_a_submitted_draft_keeps_it_submitted():
    article = update_article(submit_article(draft()), {"headline": "Bridge shut"})
    assert (article.desk_state, article.headline) == ("submitted", "Bridge shut")


def test_nothing_is_submitted_twice():
    with pytest.raises(WrongState, match="already submitted"):
        submit_article(submit_article(draft()))


def test_a_draft_that_was_sent_back_can_be_submitted_again():
    article = submit_article(send_back_article(submit_article(draft()), "Who says so?"))
    assert article.desk_state == "submitted"


def test_only_a_draft_is_submitted_and_a_discarded_one_is_reopened_first():
    with pytest.raises(WrongState, match="Only a draft"):
        submit_article(public())
    with pytest.raises(WrongState, match="Reopen it first"):
        submit_article(discard_draft(draft()))


def test_a_version_changed_meanwhile_is_not_submitted():
    article = draft()
    update_article(article, {"headline": "Bridge shut"})
    with pytest.raises(VersionConflict):
        submit_article(article, if_version=1)


def test_a_submitted_draft_can_be_published():
    assert publish_article(submit_article(draft())).is_public
