"""Items of a source are stored and found."""

import pytest
from django.utils import timezone

from stoppress.ingest.models import MOST_REVISIONS, SeenItem, Source

from .stories import known, story

pytestmark = pytest.mark.django_db


def remember(source: Source, **fields: object) -> SeenItem:
    kept = story(**fields)
    item = SeenItem(source=source)
    item.remember(kept, kept.id, timezone.now())
    return item


def test_an_item_is_stored_with_its_hashes() -> None:
    source = Source.objects.create(url="https://x.example/feed")
    remember(source)
    assert SeenItem.objects.get().as_known() == known(story())


def test_an_item_is_found_by_its_key_and_by_its_aliases() -> None:
    source = Source.objects.create(url="https://x.example/feed")
    item = remember(source, id="http://x.example/?p=1")
    for called in (
        story(id="http://x.example/?p=1", link=""),
        story(id="https://www.x.example/?p=1", link=""),
        story(id="urn:2", link="http://x.example/1?utm_source=rss"),
    ):
        assert list(SeenItem.objects.called(source, [called])) == [item]
    assert not SeenItem.objects.called(source, [story(id="urn:2", link="https://x.example/2")])


def test_an_empty_alias_finds_no_item() -> None:
    source = Source.objects.create(url="https://x.example/feed")
    remember(source, link="")
    assert not SeenItem.objects.called(source, [story(id="urn:2", link="")])


def test_items_of_another_source_are_not_found() -> None:
    one = Source.objects.create(url="https://x.example/feed")
    other = Source.objects.create(url="https://y.example/feed")
    remember(one)
    assert not SeenItem.objects.called(other, [story()])


def test_an_item_that_changes_for_months_is_still_counted_and_kept() -> None:
    item = remember(Source.objects.create(url="https://x.example/feed"))
    item.revisions = MOST_REVISIONS
    item.count_revision()
    item.save()
    assert SeenItem.objects.get().revisions == MOST_REVISIONS


def test_no_text_of_a_story_is_kept() -> None:
    source = Source.objects.create(url="https://x.example/feed")
    item = remember(source, headline="Secret", summary="Secret", body="<p>Secret</p>")
    row = SeenItem.objects.filter(pk=item.pk).values().get()
    assert "Secret" not in str(row)
