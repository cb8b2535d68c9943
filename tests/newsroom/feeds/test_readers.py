"""Three libraries, none of them ours, read in the feeds what was published."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import fastfeedparser
import feedparser
import pytest

from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import correct_article, retract_article
from tests.newsroom.desk import NINE, public

from .asked import FORMATS, answer

pytestmark = pytest.mark.django_db

PROJECT = Path(__file__).parents[3]
TEXT = "It is *open*.\n\n- One & two\n- [Three](https://x.example/?a=1&b=2)"
HTML = (
    "<p>It is <em>open</em>.</p><ul><li>One &amp; two</li>"
    '<li><a href="https://x.example/?a=1&amp;b=2">Three</a></li></ul>'
)


class Read(NamedTuple):
    id: str
    title: str
    published: datetime
    updated: datetime
    text: str


def read(id: str, title: str, published: str, updated: str, text: str) -> Read:
    times = (datetime.fromisoformat(each) for each in (published, updated))
    return Read(id, title, *(each.replace(microsecond=0) for each in times), text)


def of_article(article: Article, title: str, text: str) -> Read:
    first = article.first_published or NINE
    return read(article.uri, title, first.isoformat(), article.version_created.isoformat(), text)


@pytest.fixture
def published(tmp_path) -> tuple[list[Read], list[Path]]:
    """The published articles, newest first, and the feed in each format as a file."""
    plain = public("Ebb & flow <1>", body=TEXT, at=NINE)
    note = correct_article(
        public("Wind", body="It blows.", at=NINE + timedelta(hours=1)), "So.", {}
    )
    gone = retract_article(public("Gone", body="No.", at=NINE + timedelta(hours=2)), "It was not.")
    label = f"{note.correction_date:%-d %b %Y, %H:%M} UTC"
    told = [
        of_article(gone, "Withdrawn", "<p>It was not.</p>"),
        of_article(
            note, "Wind", f"<p><strong>Correction, {label}:</strong> So.</p><p>It blows.</p>"
        ),
        of_article(plain, "Ebb & flow <1>", HTML),
    ]
    files = [tmp_path / format for format in FORMATS]
    for file in files:
        file.write_bytes(answer(f"/feeds/{file.name}").content)
    return told, files


def in_format(told: list[Read], file: Path) -> list[Read]:
    """Return what a format says: Atom has a tombstone, which libraries do not know."""
    return told[1:] if file.name == "atom.xml" else told


def test_feedparser_reads_the_feeds(published):
    told, files = published
    for file in files[:2]:
        parsed = feedparser.parse(file.read_bytes(), sanitize_html=False)
        assert not parsed.bozo
        assert [_with_parser(each) for each in parsed.entries] == in_format(told, file)


def _with_parser(entry: Any) -> Read:
    times = (
        datetime(*entry[f"{name}_parsed"][:6], tzinfo=UTC).isoformat()
        for name in ("published", "updated")
    )
    return read(entry.id, entry.title, *times, entry.content[0].value)


def test_fastfeedparser_reads_the_feeds(published):
    told, files = published
    for file in files:
        entries = fastfeedparser.parse(file.read_text()).entries
        found = [
            read(each.id, each.title, each.published, each.updated, each.content[0]["value"])
            for each in entries
        ]
        assert found == in_format(told, file)


def test_feedsmith_reads_the_feeds(published):
    told, files = published
    command = [sys.executable, PROJECT / "scripts/node.py", "node", Path(__file__).parent]
    command[-1] /= "read.mjs"
    done = subprocess.run([*command, *files], cwd=PROJECT, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    for file, each in zip(files, json.loads(done.stdout), strict=True):
        assert each["format"] in file.name or file.name == "feed.json"
        assert [read(**entry) for entry in each["entries"]] == in_format(told, file)
