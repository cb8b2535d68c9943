from datetime import timedelta

import pytest
from django.utils import timezone

from stoppress.newsroom.publishing import (
    WrongState,
    correct_article,
    restore_article,
    retract_article,
    update_article,
)
from tests.newsroom.desk import Page, draft, public, section, told

pytestmark = pytest.mark.django_db


def test_a_restored_article_returns_to_its_place():
    below, article, above = public("Below"), public(section=section()), public("Above")
    pages = [Page(stream) for stream in ("news", "section:world", article.stream)]
    retract_article(article, "Doubtful.")
    restored = restore_article(article, by="ann", note="It was right.")
    assert restored.order == article.order
    assert restored.retraction_note == ""
    for page in pages:
        assert page.items() == page.fresh() != []
        assert told(page.stream)[-1] == "put article.restored"
    assert pages[0].headlines() == [above.headline, article.headline, below.headline]
    version = restored.versions.public().first()
    assert (version.act, version.note, version.by) == ("restore", "It was right.", "ann")


def test_a_correction_survives_retraction_and_restoration():
    article = correct_article(public(), "The date.", {})
    article = restore_article(retract_article(article, "Doubtful."))
    assert Page("news").items()[0]["correction"]["text"] == "The date."


@pytest.mark.parametrize("make", [draft, public])
def test_only_a_retracted_article_can_be_restored(make):
    with pytest.raises(WrongState, match="retracted"):
        restore_article(make())


def test_a_schedule_set_while_retracted_counts():
    article = retract_article(public(), "Doubtful.")
    update_article(article, {"publish_at": timezone.now() + timedelta(hours=1)})
    with pytest.raises(WrongState, match="held back until"):
        restore_article(article)
    assert told()[-1] == "remove article.retracted"


def test_an_embargo_set_while_retracted_counts():
    article = retract_article(public(), "Too early.")
    update_article(article, {"embargoed_until": timezone.now() + timedelta(hours=1)})
    with pytest.raises(WrongState, match="under embargo until"):
        restore_article(article)
