"""The entries of the plugin Liveblog, by what it makes of comments."""

from pathlib import Path

import pytest

from stoppress.transfer.wordpress.item import Item, item_of
from stoppress.transfer.wordpress.wxr import parts_of

from .exports import change, entry, post, saved


def item(folder: Path, *comments: str) -> Item:
    file = saved(folder, post(7, comments="".join(comments), values={"liveblog": "enable"}))
    (found,) = (part for part in parts_of(file, str, "Reading") if part.name == "item")
    return item_of(found)


def test_entries_are_in_the_order_of_their_times(tmp_path):
    entries = item(tmp_path, entry(2, "Two", at="11:00:00"), entry(1, "One", at="10:00:00")).entries
    assert [(each.id, each.content) for each in entries] == [("1", "One"), ("2", "Two")]
    assert entries[0].date.isoformat() == "2020-05-03T10:00:00+00:00"


def test_a_changed_entry_has_its_latest_text_at_its_first_time(tmp_path):
    # The plugin changes the entry's own text too.
    (found,) = item(tmp_path, entry(1, "Two hurt"), change(2, 1, "Two hurt", at="12:00:00")).entries
    assert (found.id, found.content, found.date.hour) == ("1", "Two hurt", 10)


def test_a_change_whose_entry_is_missing_replaces_the_entry(tmp_path):
    (found,) = item(tmp_path, change(2, 1, "Once"), change(3, 1, "Latest")).entries
    assert (found.id, found.content) == ("1", "Latest")


@pytest.mark.parametrize(
    "comments",
    [
        (entry(1, "Wrong", approved="trash"), change(2, 1, "")),
        (change(2, 1, ""),),
        # Older releases of the plugin left the changes of a deleted entry.
        (entry(1, "Wrong", approved="trash"), change(2, 1, "Wrong too"), change(3, 1, "")),
        (change(2, 1, "Wrong too"), change(3, 1, "")),
        (entry(1, "Wrong", approved="trash"), change(2, 1, "Wrong too")),
    ],
)
def test_a_deleted_entry_is_left_out(tmp_path, comments):
    found = item(tmp_path, *comments)
    assert (found.entries, found.deleted_entries) == ((), ("1",))


def test_entries_that_change_each_other_end(tmp_path):
    assert len(item(tmp_path, change(1, 2, "One"), change(2, 1, "Two")).entries) == 2


def test_an_entry_has_its_authors_and_is_a_key_event(tmp_path):
    values = {
        "liveblog_key_entry": "true",
        "liveblog_contributors": 'a:2:{i:0;i:3;i:1;s:1:"9";}',
    }
    (found,) = item(tmp_path, entry(1, "Goal", values=values)).entries
    assert (found.author, found.contributors, found.key_event) == ("Anna Lee", ("3", "9"), True)


def test_an_entry_may_hide_its_authors(tmp_path):
    (found,) = item(tmp_path, entry(1, "Goal", values={"liveblog_hide_authors": "1"})).entries
    assert (found.author, found.key_event) == ("", False)
