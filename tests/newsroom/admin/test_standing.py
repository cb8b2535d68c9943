"""The admin's messages about an article after a save, and above its form."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from stoppress.newsroom.admin.standing import in_words, reason, standing
from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import (
    correct_article,
    discard_draft,
    publish_due,
    reopen_draft,
    restore_article,
    retract_article,
    send_back_article,
    submit_article,
    update_article,
)
from tests.newsroom.admin.editor import ARTICLES, decide, save
from tests.newsroom.desk import NINE, draft, public

pytestmark = pytest.mark.django_db
DECIDED = {"decided": "yes", "note": "It was never so."}
SINCE = "It has been public since 22 Nov 2026, 09:00 UTC"


@pytest.fixture
def made_long_ago():
    """Move the times of an article's versions, each a minute after the one before."""

    def move(article):
        for version in article.versions.all():
            moment = datetime(2026, 11, 22, 10, version.version, tzinfo=UTC)
            with connection.cursor() as database:
                database.execute(
                    "UPDATE newsroom_version SET created = %s WHERE id = %s", [moment, version.pk]
                )
        return Article.objects.get(pk=article.pk)

    return move


def test_a_public_article_shows_its_publication_time_after_later_changes():
    article = public(at=NINE)
    assert standing(article) == f"{SINCE}."
    pinned = update_article(article, {"pinned": True, "urgency": 1})
    assert standing(pinned) == f"{SINCE}, pinned, breaking news."
    assert standing(update_article(pinned, {"pinned": False, "urgency": 5})) == f"{SINCE}."
    corrected = correct_article(article, "No.")
    assert standing(corrected) == f"{SINCE}, corrected on {in_words(corrected.correction_date)}."


def test_each_state_shows_the_time_at_which_it_began(made_long_ago):
    def later(article):
        return made_long_ago(update_article(article, {"slugline": "later"}))

    assert standing(draft()) == "It is a draft."
    submitted = submit_article(draft())
    assert standing(later(submitted)) == "It was submitted on 22 Nov 2026, 10:02 UTC."
    back = later(send_back_article(submit_article(draft()), "Why?"))
    assert standing(back) == "It was sent back on 22 Nov 2026, 10:03 UTC."
    retracted = retract_article(public(at=NINE), "No.")
    assert standing(later(retracted)) == "It was retracted on 22 Nov 2026, 10:03 UTC."
    restored = restore_article(retract_article(public(at=NINE), "No."))
    assert standing(later(restored)).startswith("It has been public again since 22 Nov 2026, 10:04")
    discarded = made_long_ago(discard_draft(draft()))
    assert standing(discarded) == "It was discarded on 22 Nov 2026, 10:02 UTC."


def test_a_draft_shows_what_it_waits_for(settings):
    opens = timezone.now() + timedelta(hours=1)
    assert standing(draft(publish_at=opens)) == f"It will be published on {in_words(opens)}."
    held = standing(draft(embargoed_until=opens))
    assert held == f"It is a draft. It is under embargo until {in_words(opens)}."
    assert standing(draft(publish_at=timezone.now())) == "It will be published at once."
    both = standing(submit_article(draft(publish_at=opens)))
    assert both.startswith("It was submitted on ") and "It will be published on " in both
    failing = draft(body="word " * 1000, publish_at=timezone.now())
    settings.STOPPRESS_LIVE = {"ITEM_BYTES": 2000}
    publish_due(timezone.now())
    failing.refresh_from_db()
    why = "body is too large to be sent to readers."
    assert standing(failing) == f"It could not be published: {why}"
    assert reason(failing) == f"Could not be published: {why}"


def test_the_reason_is_shown_as_long_as_the_state_lasts(editor, made_long_ago):
    article = send_back_article(submit_article(draft()), "No source.", by="edith")
    article = send_back_article(submit_article(article), "Who <says> so?", by="edith")
    said = "Sent back by edith, 22 Nov 2026, 10:05 UTC: Who <says> so?"
    assert reason(made_long_ago(article)) == said
    page = editor.get(f"{ARTICLES}{article.pk}/change/").content.decode()
    assert "10:05 UTC: Who &lt;says&gt; so?" in page
    assert page.index("Who &lt;says&gt;") < page.index('name="headline"')
    assert reason(submit_article(article)) == ""
    discarded = made_long_ago(discard_draft(draft(), note="Overtaken.", by="ida"))
    assert reason(discarded) == "Discarded by ida, 22 Nov 2026, 10:02 UTC: Overtaken."
    silent = made_long_ago(discard_draft(draft()))
    assert reason(silent) == "Discarded, 22 Nov 2026, 10:02 UTC."
    assert reason(reopen_draft(silent)) == reason(public()) == ""


def test_the_message_about_a_public_article_leads_to_its_page(editor):
    save(editor, button="_publish", headline="Bridge opens")
    article = Article.objects.get()
    page = editor.get(ARTICLES).content.decode()
    since = f"It has been public since {in_words(article.first_published)}."
    link = f'<a href="{article.get_absolute_url()}">See it on the site</a>'
    assert f"{since} {link}" in page
    editor.post(ARTICLES, {"action": "retract_selected", "_selected_action": article.pk} | DECIDED)
    assert "See it on the site" not in editor.get(ARTICLES).content.decode()
    decide(editor, article, "restore", "")
    assert link in editor.get(ARTICLES).content.decode()


def test_a_list_writes_times_in_few_letters(editor):
    public(at=NINE)
    page = editor.get(ARTICLES).content.decode()
    assert '<td class="field-published">22 Nov 2026, 09:00</td>' in page
