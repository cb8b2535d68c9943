from datetime import timedelta

import pytest
from django.utils import timezone

from stoppress.newsroom.publishing import (
    InvalidField,
    WrongState,
    publish_article,
    send_back_article,
    submit_article,
    update_article,
)
from tests.logged import logged
from tests.newsroom.desk import draft, public

pytestmark = pytest.mark.django_db
SECRET = "Zanzibar"


def test_the_note_is_kept_for_the_desk_and_is_never_public(client):
    article = send_back_article(submit_article(draft()), f"Who says {SECRET}?", by="ben")
    assert article.desk_state == "sent_back"
    version = article.versions.first()
    assert (version.act, version.note, version.by) == ("send_back", f"Who says {SECRET}?", "ben")
    assert not version.public
    article = publish_article(update_article(article, {"body": "The mayor says so."}))
    assert SECRET not in client.get(article.get_absolute_url()).content.decode()
    assert not logged(item__contains=SECRET).exists()


def test_a_note_is_needed():
    with pytest.raises(InvalidField, match="note is required"):
        send_back_article(submit_article(draft()), " ")


def test_only_a_submitted_draft_is_sent_back():
    for article in (draft(), public(), send_back_article(submit_article(draft()), "Why?")):
        with pytest.raises(WrongState, match="Only a submitted draft"):
            send_back_article(article, "Who says so?")


def test_a_draft_that_was_sent_back_loses_its_schedule_and_keeps_its_embargo():
    later = timezone.now() + timedelta(hours=1)
    article = submit_article(draft(publish_at=later, embargoed_until=later))
    article = send_back_article(article, "Who says so?")
    assert (article.publish_at, article.embargoed_until) == (None, later)
