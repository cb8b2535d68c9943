"""The page that shows what changed between two versions."""

import re

import pytest

from stoppress.newsroom.publishing import (
    correct_article,
    restore_article,
    retract_article,
    update_article,
    withdraw_version,
)
from tests.newsroom.desk import draft, public

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    article = public("Bridge shut", body="It is shut.", ed_note="Canary one")
    article = update_article(article, {"slugline": "Canary two"})
    return correct_article(article, "It is open.", {"headline": "Bridge open", "body": "Open."})


def address(article, before, after):
    return f"/articles/{article.pk}/history/{before}..{after}/"


def test_the_history_links_to_what_a_correction_changed(client, article):
    page = client.get(article.get_absolute_url()).content.decode()
    found = re.findall(r'<a href="([^"]+)">What changed</a>', page)
    assert found == [address(article, 2, 4)] * 2, "with the note, and in the history"
    answer = client.get(address(article, 2, 4))
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "Bridge <del>shut</del><ins>open</ins>" in said
    assert 'Correction: <span lang="en" dir="ltr">It is open.</span>' in said
    assert "Canary" not in said
    assert '<meta name="robots" content="noindex">' in said


@pytest.mark.parametrize(("before", "after"), [(1, 2), (2, 3), (4, 2), (2, 2), (2, 9), (0, 2)])
def test_only_two_public_versions_are_compared_the_earlier_first(client, article, before, after):
    assert client.get(address(article, before, after)).status_code == 404


def test_a_comparison_of_private_versions_is_not_found(client):
    article = update_article(draft("Canary"), {"body": "Canary"})
    answer = client.get(address(article, 1, 2))
    assert answer.status_code == 404
    assert "Canary" not in answer.content.decode()


def test_a_retracted_article_has_its_note_there(client, article):
    article = retract_article(article, "Made up.")
    answer = client.get(address(article, 2, 4))
    assert answer.status_code == 410
    said = answer.content.decode()
    assert "Made up." in said and "shut" not in said


def test_a_retracted_text_is_not_compared_after_the_article_is_restored(client, article):
    article = retract_article(article, "Made up.")
    article = restore_article(update_article(article, {"headline": "Nothing known"}))
    article = update_article(article, {"headline": "A drill"})
    page = client.get(article.get_absolute_url()).content.decode()
    assert re.findall(r'<a href="([^"]+)">What changed</a>', page) == [address(article, 7, 8)]
    assert client.get(address(article, 7, 8)).status_code == 200
    for before, after in [(2, 4), (2, 5), (4, 5), (4, 7), (5, 7), (5, 8)]:
        assert client.get(address(article, before, after)).status_code == 404


def test_a_withdrawn_version_has_no_page(client, article):
    first = client.get(address(article, 2, 4))
    article = withdraw_version(article, 2, note="Libel.")
    answer = client.get(address(article, 2, 4), headers={"if-none-match": first["ETag"]})
    assert answer.status_code == 404
    assert "/history/" not in client.get(article.get_absolute_url()).content.decode()


def test_the_page_is_shared_and_follows_the_story(client, article):
    answer = client.get(address(article, 2, 4))
    assert answer["Cache-Control"] == "public, max-age=0, s-maxage=2"
    assert answer["Live-Shows"].startswith(f"{article.stream}@")
    again = client.get(address(article, 2, 4), headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304
    update_article(article, {"summary": "Since ten."})
    again = client.get(address(article, 2, 4), headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 200


def test_language_and_direction_are_those_of_the_text(client):
    article = public("الجسر مغلق", language="ar")
    article = correct_article(article, "خطأ", {"headline": "الجسر مفتوح"})
    said = client.get(address(article, 2, 3)).content.decode()
    assert re.search(r'<section class="changes-part"\s+lang="ar"\s+dir="rtl">', said)


def test_markup_in_a_text_is_text(client):
    article = correct_article(public("<b>x"), "No.", {"headline": "<script>y</script>"})
    said = client.get(address(article, 2, 3)).content.decode()
    assert "<b>x" not in said and "<script>y" not in said
    assert "&lt;script&gt;" in said


def test_a_change_without_changed_words_shows_a_message(client):
    article = correct_article(public(section=None), "Wrong desk.", {"urgency": 3})
    assert "No word has changed" in client.get(address(article, 2, 3)).content.decode()


def test_a_long_text_shows_only_its_differences(client):
    lines = [f"Line {number} is here." for number in range(500)]
    article = public(body="\n\n".join(lines))
    lines[250] = "Line 250 has gone."
    article = correct_article(article, "One line.", {"body": "\n\n".join(lines)})
    said = client.get(address(article, 2, 3)).content.decode()
    assert re.findall(r"Line (\d+) ", said) == ["249", "250", "251"]
    assert said.count("<p>…</p>") == 2 and "not shown" not in said


def test_very_many_changes_show_the_first_and_count_the_others(client):
    article = public(body="\n\n".join(f"Line {number}." for number in range(1000)))
    article = correct_article(article, "All.", {"body": "Nothing."})
    said = client.get(address(article, 2, 3)).content.decode()
    assert said.count("<del>") == 301  # one is in the key
    assert "Changed paragraphs that are not shown: 701" in said


def test_a_direction_that_ends_in_another_run_does_not_reach_over_the_paragraph(client):
    article = public(body="He \u202e said \u202c so.")
    article = correct_article(article, "No.", {"body": "He said \u202c so."})
    said = client.get(address(article, 2, 3)).content.decode()
    assert re.search("<del>[^<]*\u202e[^<]*\u202c</del>", said)
