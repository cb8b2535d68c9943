from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from stoppress import live
from stoppress.newsroom.models import Article, Topic, Version
from stoppress.newsroom.publishing import (
    InvalidField,
    WrongState,
    correct_article,
    create_article,
    publish_due,
    restore_article,
    retract_article,
    update_article,
    withdraw_version,
)
from tests.logged import logged
from tests.newsroom.desk import NINE, Page, content, draft, part, public, section

pytestmark = pytest.mark.django_db
SECRET = "Zanzibar"


def libellous(**fields):
    """Return an article whose second version, and only that, has a libel, which was corrected."""
    Topic.objects.get_or_create(slug="trial", defaults={"name": "Trial"})
    section("sport")
    article = public(
        f"{SECRET} stole",
        summary=SECRET,
        body=SECRET,
        byline=SECRET,
        section=section(),
        topics=["trial"],
        urgency=1,
        **fields,
    )
    clean = {"headline": "Money is gone", "summary": "", "body": "It is gone.", "byline": ""}
    return correct_article(article, "Nobody has been charged.", clean)


def streams(article):
    return ["news", "section:world", "topic:trial", "breaking", article.stream]


def withdraw(article):
    return withdraw_version(article, [1, 2], note="Libel.", by="ann")


def test_the_text_leaves_the_history_and_every_row_of_the_log():
    article = libellous()
    assert logged(item__contains=SECRET).count() == 6
    withdraw(article)
    assert not logged(item__contains=SECRET).exists()
    for version in article.versions.filter(version__in=[1, 2]):
        assert version.withdrawn
        assert (version.headline, version.summary, version.body) == ("", "", "")
        assert version.fields == {}
    assert SECRET not in str(list(Version.objects.values()))
    last = article.versions.first()
    assert (last.act, last.note, last.by, last.public) == ("withdraw", "Libel.", "ann", False)


def test_open_pages_show_the_article_as_before():
    article = libellous()
    pages = [Page(stream) for stream in streams(article)]
    before = [page.items() for page in pages]
    article = withdraw(article)
    for page, items in zip(pages, before, strict=True):
        [was], [now] = items, page.items()
        assert page.fresh() == [now]
        same = set(now) - {"version", "view", "history"}
        assert {name: now[name] for name in same} == {name: was[name] for name in same}
        assert now["version"] == article.version > was["version"]
        if page.stream != article.stream:
            assert now["view"] == was["view"]


def test_a_page_that_was_away_since_the_libel_shows_the_article():
    article = public(SECRET)
    pages = [Page(stream) for stream in ("news", article.stream)]
    withdraw(correct_article(article, "It was not so.", {"headline": "Money is gone"}))
    for page in pages:
        assert page.headlines() == ["Money is gone"]
        assert page.items() == page.fresh()


def test_streams_that_the_article_has_left_do_not_get_it_back():
    article = libellous()
    article = update_article(article, {"section": "sport", "urgency": 5, "topics": []})
    withdraw(article)
    for stream in ("section:world", "topic:trial", "breaking"):
        assert live.snapshot(stream).items == Page(stream).items() == []
    assert Page("section:sport").headlines() == ["Money is gone"]
    assert not logged(item__contains=SECRET).exists()


def test_a_newer_breaking_article_keeps_its_place():
    article = libellous()
    public("Newer", urgency=1)
    page = Page("breaking")
    withdraw(article)
    assert page.headlines() == ["Newer"]


def test_a_withdrawn_version_keeps_its_responsible_user_and_source_type():
    User.objects.create_user("edith")
    made = {"source_type": "machine", "reviewed_by": "edith"}
    article = create_article({"headline": SECRET, "publish_at": NINE, **made}, by="otto")
    publish_due(NINE)
    article = update_article(article, {"headline": "x", "source_type": "people"}, by="ann")
    article = withdraw_version(article, [1, 2], note="Libel.", by="ann")
    published = article.versions.get(version=2)
    assert published.responsible == "otto"
    kept = {"responsible": "otto", "publish_at": NINE.isoformat(), **made}
    assert published.fields == kept
    assert SECRET not in str(list(Version.objects.values()))


def test_the_history_shows_that_a_text_was_withdrawn(client):
    article = libellous()
    withdraw(article)
    [history] = [
        part(item["view"], "story-history") for item in live.snapshot(article.stream).items
    ]
    lines = [content(line) for line in content(part(history, "ul"))]
    assert lines[0][0].endswith("Correction: ") and content(lines[0][1]) == [
        "Nobody has been charged."
    ]
    assert "Published. This version’s text has been withdrawn." in lines[1][0]
    assert (len(lines[0]), len(lines[1])) == (2, 1)  # there is nothing left to compare
    page = client.get(article.get_absolute_url()).content.decode()
    assert SECRET not in page


def test_a_correction_that_names_the_libel_leaves_with_its_version():
    article = correct_article(public(), "It was ten.", {"headline": "One"})
    article = correct_article(article, f"{SECRET} is no thief.", {"headline": "Two"})
    article = update_article(article, {"headline": "Three"})
    assert article.correction_text == f"{SECRET} is no thief."
    article = withdraw_version(article, 4, note="Repeats it.")
    assert article.correction_text == "It was ten."
    assert article.correction_date == article.versions.get(version=3).created
    article = withdraw_version(article, 3, note="It too.")
    assert (article.correction_text, article.correction_date) == ("", None)
    assert not logged(item__contains=SECRET).exists()


def test_the_current_text_cannot_be_withdrawn():
    article = update_article(public(SECRET), {"slugline": "bridge"})
    for number, why in (
        (2, "has the present text of the article, and no note"),
        (3, "is the latest"),
    ):
        with pytest.raises(WrongState, match=f"Version {number} {why}"):
            withdraw_version(article, number, note="Libel.")


def test_a_libel_in_a_note_alone_is_withdrawn():
    article = correct_article(public(), f"{SECRET} is no thief.")
    with pytest.raises(WrongState, match="Version 3 is the latest"):
        withdraw_version(article, 3, note="Libel.")
    article = correct_article(article, "The sum is not known.")
    article = withdraw_version(article, 3, note="Libel.")
    assert article.correction_text == "The sum is not known."
    assert not logged(item__contains=SECRET).exists()
    assert SECRET not in str(list(Version.objects.values()))


def test_a_note_can_be_withdrawn_after_any_later_change():
    article = correct_article(public(), f"{SECRET} is no thief.")
    article = update_article(article, {"slugline": "bridge"})
    article = withdraw_version(article, 3, note=f"{SECRET} asked for it.")
    assert article.correction_text == ""
    article = update_article(article, {"slugline": "bridges"})
    withdraw_version(article, 6, note="The note of the withdrawal says it again.")
    assert SECRET not in str(list(Version.objects.values()))


def test_a_text_for_the_desk_is_withdrawn():
    article = update_article(public(ed_note=SECRET), {"ed_note": ""})
    withdraw_version(article, [1, 2], note="Libel.")
    assert SECRET not in str(list(Version.objects.values()))


def test_a_byline_alone_can_be_withdrawn():
    article = update_article(public(byline=SECRET), {"byline": ""})
    withdraw_version(article, [1, 2], note="He asked for it.")
    assert not logged(item__contains=SECRET).exists()


def test_a_version_that_does_not_exist_or_is_withdrawn_is_refused_with_all_others():
    article = libellous()
    with pytest.raises(InvalidField, match="version 7 does not exist"):
        withdraw_version(article, [2, 7], note="Libel.")
    with pytest.raises(InvalidField, match="version is required"):
        withdraw_version(article, [], note="Libel.")
    with pytest.raises(InvalidField, match="note is required"):
        withdraw_version(article, 2, note="")
    assert not article.versions.filter(withdrawn=True).exists()
    withdraw_version(article, 2, note="Libel.")
    with pytest.raises(WrongState, match="already withdrawn"):
        withdraw_version(article, 2, note="Libel.")


def test_versions_of_drafts_and_retracted_articles_can_be_withdrawn_too(client):
    article = update_article(draft(SECRET), {"headline": "Money is gone"})
    withdraw_version(article, 1, note="Libel.")
    assert not logged().exists()
    article = retract_article(public(SECRET), f"{SECRET} is no thief.")
    article = update_article(article, {"headline": "Money is gone"})
    page = client.get(article.get_absolute_url())
    withdraw_version(article, [1, 2, 3], note="Libel.")
    assert SECRET not in str(list(Version.objects.values()))
    after = client.get(article.get_absolute_url())
    assert (page.status_code, after.status_code) == (410, 410)
    assert SECRET in page.content.decode() and SECRET not in after.content.decode()
    assert page["ETag"] != after["ETag"]


def test_an_older_retraction_leaves_without_the_note_of_the_present_one(client):
    article = restore_article(retract_article(public(), SECRET))
    article = withdraw_version(retract_article(article, "Made up."), 3, note="Libel.")
    assert article.retraction_note == "Made up."
    assert "Made up." in client.get(article.get_absolute_url()).content.decode()
    article = withdraw_version(article, 5, note="That too.")
    assert article.retraction_note == ""


def test_breaking_news_whose_time_is_over_makes_room_for_the_one_before():
    before = public("Before", urgency=1)
    article = public("First text", urgency=1, top_until=timezone.now() + timedelta(hours=1))
    update_article(article, {"headline": "Second text"})
    page = Page("breaking")
    # The worker has not looked since.
    Article.objects.filter(pk=article.pk).update(top_until=timezone.now() - timedelta(seconds=1))
    withdraw_version(article, 2, note="A libel.")
    assert page.headlines() == ["Before"]
    assert page.items() == page.fresh()
    assert before.key == page.items()[0]["key"]
