"""Reading an export, item by item."""

import tracemalloc
from pathlib import Path

import pytest

from stoppress.transfer.format import CannotImport
from stoppress.transfer.wordpress.item import item_of
from stoppress.transfer.wordpress.wxr import is_wxr, parts_of

from .exports import HEAD, entry, export, post


def items(file: Path) -> list:
    return [item_of(part) for part in parts_of(file, print, "Reading") if part.name == "item"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "paper.xml"


def test_an_export_is_known_by_its_beginning():
    assert is_wxr(HEAD.encode())
    assert not is_wxr(b'<?xml version="1.0"?><rss version="2.0"><channel>')


def test_an_item_has_the_fields_of_the_file(file):
    terms = [("category", "world", "World"), ("post_tag", "a-b", "A &amp; B")]
    file.write_text(export(post(7, "A <em>title</em>", "Text", terms=terms, values={"k": "v"})))
    (item,) = items(file)
    assert (item.id, item.title, item.content, item.creator) == (
        *("7", "A <em>title</em>", "Text", "anna"),
    )
    assert item.date.isoformat() == "2020-05-03T10:00:00+00:00"
    assert [(term.domain, term.slug) for term in item.terms] == [
        ("category", "world"),
        ("post_tag", "a-b"),
    ]
    assert item.meta == {"k": "v"}


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_older_exports_are_read_too(file, version):
    file.write_text(export(post(7)).replace("/export/1.2/", f"/export/{version}/"))
    assert items(file)[0].id == "7"


def test_control_characters_which_xml_cannot_have_are_no_damage(file):
    file.write_text(export(post(7, "Ti\x0btle", "a\x00b\x1f")))
    assert [(item.title, item.content) for item in items(file)] == [("Title", "ab")]


@pytest.mark.parametrize("cut", [0.5, 0.99])
def test_a_damaged_file_is_refused_with_the_place(file, cut):
    whole = export(post(7), post(8))
    file.write_text(whole[: int(len(whole) * cut)])
    with pytest.raises(CannotImport, match=r"damaged at line \d+, column \d+ \(.+\)\. Export it"):
        items(file)


def test_a_document_type_is_refused(file):
    bomb = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    file.write_text(export(post(7)).replace("<rss", f"{bomb}<rss", 1))
    with pytest.raises(CannotImport, match="has a document type"):
        items(file)


def test_readers_comments_are_counted_and_not_kept(file):
    comments = entry(1, "First!", type_="comment") + entry(2, "Ping", type_="pingback")
    file.write_text(export(post(7, comments=comments + entry(3, "An entry"))))
    (item,) = items(file)
    assert (item.comments, [each.id for each in item.entries]) == (2, ["3"])


def test_a_large_file_takes_the_memory_of_its_largest_item(file):
    content = "All the news. " * 700  # 10 kB
    with file.open("w") as out:
        before, after = export("MARK").split("MARK")
        out.write(before)
        for number in range(800):
            out.write(post(number, content=content))
        out.write(after)
    assert file.stat().st_size > 8_000_000
    tracemalloc.start()
    try:
        assert sum(part.name == "item" for part in parts_of(file, str, "Reading")) == 800
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()
