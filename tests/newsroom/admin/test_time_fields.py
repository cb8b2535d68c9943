"""Times in the article's form: the editor's own zone, and clocks that are put forward and back."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client

from stoppress.newsroom.models import Article, Preferences
from tests.newsroom.admin.editor import ARTICLES, errors, filled, save
from tests.newsroom.desk import draft

pytestmark = [pytest.mark.django_db, pytest.mark.backend("sqlite", long="postgres")]


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def live_in(zone: str) -> None:
    Preferences.objects.update_or_create(user=User.objects.get(), defaults={"time_zone": zone})


def page(editor: Client, article: Article) -> str:
    return editor.get(f"{ARTICLES}{article.pk}/change/").content.decode()


def asked(html: str) -> dict[str, str]:
    """Return the choices between two moments that a page offers, by their values."""
    found = re.findall(
        r'<input type="radio" name="expires_2" value="([^"]+)"[^>]*>\s*([^<]+?)\s*<', html
    )
    return {value: unescape(words) for value, words in found}


def expiring(moment: str) -> Article:
    return draft(expires=at(moment))


@pytest.mark.parametrize(
    ("zone", "moment", "day", "clock"),
    [
        ("Europe/Berlin", "2036-07-01T12:00", "2036-07-01", "14:00:00"),
        ("America/New_York", "2036-07-01T03:30", "2036-06-30", "23:30:00"),
        ("Asia/Kathmandu", "2036-07-01T12:00", "2036-07-01", "17:45:00"),
        ("Australia/Lord_Howe", "2036-07-01T12:00", "2036-07-01", "22:30:00"),
    ],
)
def test_a_form_shows_and_reads_times_in_the_editors_zone(editor, zone, moment, day, clock):
    live_in(zone)
    article = expiring(moment)
    form = page(editor, article)
    told = filled(form)
    assert (told["expires_0"], told["expires_1"]) == (day, clock)
    assert f'<span class="timezone">{zone}</span>' in form and not asked(form)
    assert save(editor, article, expires_1="00:30").status_code == 302
    article.refresh_from_db()
    assert article.version == 2
    assert filled(page(editor, article))["expires_1"] == "00:30:00"


@pytest.mark.parametrize(
    ("zone", "day", "clock", "moments", "words"),
    [
        (
            *("Europe/Berlin", "2037-10-25", "02:30", ("2037-10-25T00:30", "2037-10-25T01:30")),
            ("before the clock is put back (UTC+2)", "after the clock is put back (UTC+1)"),
        ),
        (
            *("America/New_York", "2037-11-01", "01:30", ("2037-11-01T05:30", "2037-11-01T06:30")),
            ("before the clock is put back (UTC−4)", "after the clock is put back (UTC−5)"),
        ),
        (
            *("Australia/Lord_Howe", "2037-04-05", "01:45"),
            ("2037-04-04T14:45", "2037-04-04T15:15"),
            ("before the clock is put back (UTC+11)", "after the clock is put back (UTC+10:30)"),
        ),
        (
            *("Europe/Berlin", "2037-03-29", "02:30", ("2037-03-29T00:30", "2037-03-29T01:30")),
            ("01:30 (UTC+1)", "03:30 (UTC+2)"),
        ),
        (
            *("Australia/Lord_Howe", "2037-10-04", "02:15"),
            ("2037-10-03T15:15", "2037-10-03T15:45"),
            ("01:45 (UTC+10:30)", "02:45 (UTC+11)"),
        ),
    ],
)
def test_a_time_with_two_meanings_is_asked_about(editor, zone, day, clock, moments, words):
    live_in(zone)
    article = draft()
    asking = save(editor, article, expires_0=day, expires_1=clock, headline="Bridge opens")
    assert f"in {zone}" in errors(asking) and "Choose which one you mean" in errors(asking)
    html = asking.content.decode()
    offered = asked(html)
    assert [told.endswith(end) for told, end in zip(offered.values(), words, strict=True)] == [
        True,
        True,
    ]
    typed = filled(html)
    assert (typed["expires_0"], typed["expires_1"]) == (day, clock)
    assert typed["headline"] == "Bridge opens" and "expires_2" not in typed
    for value, moment in zip(offered, moments, strict=True):
        said = typed | {"expires_2": value, "save_over": str(Article.objects.get().version)}
        said["read_version"] = said["save_over"]
        answer = editor.post(f"{ARTICLES}{article.pk}/change/", {**said, "_save": "x"})
        assert answer.status_code == 302
        article.refresh_from_db()
        assert article.expires == at(moment)


@pytest.mark.parametrize("moment", ["2037-10-25T00:30", "2037-10-25T01:30"])
def test_an_untouched_form_keeps_a_time_that_comes_twice(editor, moment):
    live_in("Europe/Berlin")
    article = expiring(moment)
    form = page(editor, article)
    assert len(asked(form)) == 2
    assert save(editor, article).status_code == 302
    article.refresh_from_db()
    assert (article.expires, article.version) == (at(moment), 1)
    save(editor, article, headline="Bridge shut")
    article.refresh_from_db()
    assert (article.expires, article.version) == (at(moment), 2)


def test_a_choice_counts_only_for_the_time_it_was_made_for(editor):
    live_in("Europe/Berlin")
    article = expiring("2037-10-25T01:30")
    assert "comes twice" in errors(save(editor, article, expires_1="02:45"))
    assert save(editor, article, expires_1="03:45").status_code == 302
    article.refresh_from_db()
    assert article.expires == at("2037-10-25T02:45")


def test_a_form_is_read_in_the_zone_in_which_it_was_served(editor):
    live_in("Europe/Berlin")
    article = expiring("2036-07-01T12:00")
    served = filled(page(editor, article))
    live_in("Asia/Kathmandu")
    address = f"{ARTICLES}{article.pk}/change/"
    assert editor.post(address, {**served, "_save": "x"}).status_code == 302
    article.refresh_from_db()
    assert (article.expires, article.version) == (at("2036-07-01T12:00"), 1)
    editor.post(address, {**served, "expires_1": "15:00", "_save": "x"})
    article.refresh_from_db()
    assert article.expires == at("2036-07-01T13:00")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"expires_0": "2036-07-01"}, "Enter a valid time"),
        ({"expires_1": "12:00"}, "Enter a valid date"),
        ({"expires_0": "0001-01-01", "expires_1": "00:30"}, "Enter a valid date"),
        ({"expires_0": "2036-02-30", "expires_1": "12:00"}, "Enter a valid date"),
    ],
)
def test_an_invalid_time_is_refused(editor, said, words):
    live_in("Europe/Berlin")
    assert words in errors(save(editor, draft(), **said))


def test_a_time_can_be_removed(editor):
    article = expiring("2036-07-01T12:00")
    save(editor, article, expires_0="", expires_1="")
    article.refresh_from_db()
    assert article.expires is None


def test_an_unknown_zone_in_a_form_is_the_editors(editor):
    article = draft()
    save(editor, article, expires_0="2036-07-01", expires_1="12:00", expires_3="Moon/Sea")
    article.refresh_from_db()
    assert article.expires == at("2036-07-01T12:00")


def test_a_form_of_the_previous_release_has_no_zone_and_is_in_utc(editor):
    live_in("Europe/Berlin")
    article = expiring("2036-07-01T09:00")
    form = filled(page(editor, article)) | {"expires_0": "2036-07-01", "expires_1": "09:00:00"}
    form.pop("expires_3")
    assert editor.post(f"{ARTICLES}{article.pk}/change/", form).status_code == 302
    article.refresh_from_db()
    assert article.expires == at("2036-07-01T09:00") and article.version == 1


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("Europe/Berlin", "9999-12-31T23:59:59"),
        ("America/New_York", "0001-01-01T00:00:00"),
        ("Asia/Kathmandu", "0001-01-01T00:00:00"),
    ],
)
def test_a_time_beyond_the_calendar_of_the_zone_is_shown_in_utc_and_kept(editor, zone, moment):
    live_in(zone)
    article = expiring(moment)
    told = filled(page(editor, article))
    assert save(editor, article, headline="Bridge").status_code == 302, told
    article.refresh_from_db()
    assert (article.headline, article.expires) == ("Bridge", at(moment))
    assert editor.get(f"{ARTICLES}{article.pk}/changes/").status_code == 200
