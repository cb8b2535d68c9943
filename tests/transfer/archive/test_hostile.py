"""An archive that is damaged, or was written by a stranger, changes nothing and is named."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from stoppress.newsroom.models import Article, Picture, Section
from stoppress.newsroom.publishing import retract_article
from tests.newsroom.desk import public, section
from tests.transfer import paper

pytestmark = pytest.mark.django_db

_MADE: list[bytes] = []


@pytest.fixture
def archive(tmp_path) -> Path:
    """The archive of a small paper, which is gone."""
    file = tmp_path / "paper.zip"
    if not _MADE:
        public("Bridge opens", section=section("world"), image=paper.picture())
        public("Bridge shut")
        call_command("export", str(file))
        paper.emptied()
        _MADE.append(file.read_bytes())
    file.write_bytes(_MADE[0])
    return file


def refused(file: Path) -> str:
    """Import a file; return why it was refused. Nothing must have come in."""
    before = paper.stored()
    with pytest.raises(CommandError) as why:
        call_command("import", str(file))
    assert not (Article.objects.exists() or Section.objects.exists() or Picture.objects.exists())
    assert paper.stored() == before
    return str(why.value)


def lines(rows: list[Any]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def with_rows(archive: Path, kind: str, rows: list[Any]) -> Path:
    name = f"{kind}.jsonl"
    return paper.rewritten(archive, archive.with_name("other.zip"), {name: lines(rows)})


@pytest.mark.parametrize("part", [0.3, 0.9, 0.999])
def test_a_file_that_was_cut_is_damaged(archive, part):
    whole = archive.read_bytes()
    archive.write_bytes(whole[: int(len(whole) * part)])
    assert "is damaged" in refused(archive)


def test_a_file_with_other_bytes_is_damaged(archive):
    whole = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as opened:
        at = opened.getinfo("articles.jsonl").header_offset + 120
    whole[at] ^= 0xFF
    archive.write_bytes(whole)
    assert "is damaged" in refused(archive)


def test_an_archive_that_differs_from_its_manifest_is_damaged(archive):
    with zipfile.ZipFile(archive) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    first, second = files["articles.jsonl"].splitlines(keepends=True)
    files["articles.jsonl"] = second + first
    with zipfile.ZipFile(archive, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    assert "articles.jsonl is not the file that the manifest describes" in refused(archive)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"headline": 5}, "headline: must be text"),
        ({"headline": "a\0b"}, "control character"),
        ({"headline": "x" * 301}, "301 characters long"),
        ({"id": 2**63}, "id: must be a whole number from 1 to"),
        ({"id": True}, "id: must be a whole number"),
        ({"id": 2**53}, "id: must be a whole number from 1 to"),
        ({"version": 0}, "version"),
        ({"version": 2**31 - 1, "edited_version": 1}, "version: must be a whole number"),
        ({"language": "<script>"}, "language must be a language tag"),
        ({"original_url": "javascript:alert(1)"}, "original_url must begin with http"),
        ({"place": "soon"}, "place must be a time"),
        ({"first_published": "yesterday"}, "first_published: must be a time"),
        ({"first_published": "2026-11-22T09:00:00"}, "must be a time with its zone"),
        ({"section": "moon"}, "section: 'moon' is not in the archive"),
        ({"section": ["world"]}, "section:"),
        ({"image": 77}, "there is no picture 77"),
        ({"body": "![x](picture:77)"}, "names picture 77, which does not exist"),
        ({"topics": "world"}, "topics: must be a list"),
        ({"authors": [{}]}, "authors: must be a list"),
        ({"pub_status": "open"}, "pub_status: must be one of"),
        ({"kind": "post"}, "contradicts itself"),
        ({"kind": "post", "parent": 77}, "parent of a post must be a live story"),
        ({"urgency": 10}, "urgency must be a whole number from 1"),
        ({"is_staff": True}, "'is_staff' is not a known field"),
        ({"uri": ""}, "uri: must not be empty"),
    ],
)
def test_a_wrong_value_is_named_with_its_line(archive, changes, why):
    first, second = paper.rows(archive)["articles.jsonl"]
    told = refused(with_rows(archive, "articles", [first, second | changes]))
    assert why in told


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": "zzz"}, "fields: kind: must be one of"),
        ({"source_type": "x"}, "fields: source_type: must be one of"),
        ({"publish_at": "soon"}, "fields: publish_at: must be a time"),
        ({"occurred": 5}, "fields: occurred: must be a time"),
        ({"image": 10**30}, "fields: image: must be a whole number"),
        ({"story": "7"}, "fields: story: must be a whole number"),
        ({"topics": "bridges"}, "fields: topics: must be a list"),
        ({"authors": None}, "fields: authors: must be a list"),
        ({"section": 5}, "fields: section: must be text"),
        ({"urgency": 10}, "fields: urgency must be a whole number"),
        ({"pinned": "yes"}, "fields: pinned: must be true or false"),
        ({"language": ["en"]}, "fields: language: must be text"),
        ({"responsible": 5}, "fields: responsible: must be text"),
    ],
)
def test_a_wrong_field_of_a_version_is_named_with_its_line(archive, changes, why):
    first, *others = paper.rows(archive)["versions.jsonl"]
    rows = [first | {"fields": first["fields"] | changes}, *others]
    told = refused(with_rows(archive, "versions", rows))
    assert why in told and "versions.jsonl, line 1" in told


def test_a_version_in_a_format_that_no_text_has_is_refused(archive):
    first, *others = paper.rows(archive)["versions.jsonl"]
    rows = [first | {"body_format": "pdf"}, *others]
    assert "body_format: must be one of" in refused(with_rows(archive, "versions", rows))


@pytest.mark.parametrize("row", [None, [], "x", {}, {"id": 1}])
def test_a_malformed_row_is_refused(archive, row):
    for kind in ("users", "sections", "people", "pictures", "articles", "versions", "notes"):
        assert f"{kind}.jsonl, line 1" in refused(with_rows(archive, kind, [row]))


def test_the_same_row_twice_is_refused(archive):
    for kind in ("articles", "sections", "versions"):
        [first, *_] = paper.rows(archive)[f"{kind}.jsonl"]
        assert "the same number or name" in refused(with_rows(archive, kind, [first, first]))


@pytest.mark.parametrize(
    "line", [b"{", b'{"id": NaN}', b"[" * 200_000, b'{"id": ' + b"9" * 5000 + b"}", b"\xff\xfe"]
)
def test_a_line_that_is_not_json_is_refused(archive, line):
    other = archive.with_name("other.zip")
    told = refused(paper.rewritten(archive, other, {"sections.jsonl": line + b"\n"}))
    assert "sections.jsonl, line 1" in told


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (
            {"../../etc/cron.d/x": b"x"},
            "has a file that does not belong to an archive: '../../etc/cron.d/x'",
        ),
        ({"media/1/../../../x.jpg": b"x"}, "has a file that does not belong to an archive"),
        ({"notes.jsonl": None}, "does not list all files"),
        ({"articles.jsonl": b" " * 60_000_000 + b"\n"}, "would unpack to"),
        ({"manifest.json": b"[]"}, "is not an archive"),
        ({"manifest.json": b"{" * 10}, "is not JSON"),
        ({"manifest.json": b'{"format":"stoppress-archive","version":2}'}, "newer Stop Press"),
        ({"manifest.json": b'{"format":"stoppress-archive","version":1}'}, "is damaged"),
    ],
)
def test_a_zip_file_that_cannot_be_an_archive_is_refused(archive, changes, why):
    assert why in refused(paper.rewritten(archive, archive.with_name("other.zip"), changes))


def test_another_zip_file_is_refused(archive):
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("index.html", "x")
    assert "exported as static files cannot be imported" in refused(archive)


def test_a_line_that_never_ends_is_read_no_further(archive):
    text = json.dumps({"id": 1, "slug": "x", "name": "".join(map(chr, range(0x4E00, 0x9E00)))})
    long = text.encode() * 80
    told = refused(paper.rewritten(archive, archive.with_name("o.zip"), {"sections.jsonl": long}))
    assert "sections.jsonl, line 1: is longer than 8 MiB" in told


def test_a_wrong_or_invalid_picture_is_refused(archive):
    with zipfile.ZipFile(archive) as opened:
        [name, *_] = (each for each in opened.namelist() if each.startswith("media/"))
        size = opened.getinfo(name).file_size
    other = archive.with_name("other.zip")
    assert "has the wrong content" in refused(paper.rewritten(archive, other, {name: b"x" * size}))
    assert "has the wrong length" in refused(paper.rewritten(archive, other, {name: b"RIFF"}))
    assert "is missing" in refused(paper.rewritten(archive, other, {name: None}))


def test_an_import_that_fails_in_the_rows_leaves_no_file(archive):
    rows = paper.rows(archive)["notes.jsonl"]
    assert "notes.jsonl, line 1" in refused(with_rows(archive, "notes", [*rows, {"text": "x"}]))


def test_a_second_import_overwrites_the_files_of_a_killed_one(archive):
    call_command("import", str(archive))
    files = paper.stored()
    paper.emptied()
    call_command("import", str(archive))
    assert paper.stored() == files


def test_rows_can_be_created_after_the_highest_imported_number(archive):
    first, second = paper.rows(archive)["articles.jsonl"]
    high = {"id": 2**52, "version": 2**30, "edited_version": 2**30}
    one = with_rows(archive, "articles", [first, second | high])
    kept = [row for row in paper.rows(archive)["versions.jsonl"] if row["article"] == first["id"]]
    two = paper.rewritten(one, archive.with_name("two.zip"), {"versions.jsonl": lines(kept)})
    call_command("import", str(two))
    retract_article(Article.objects.get(pk=2**52), "Libel.")
    assert public("New").pk == 2**52 + 1
