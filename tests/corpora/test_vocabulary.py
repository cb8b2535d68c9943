"""Our pages' terms, against schema.org's vocabulary: `schemaorg-all-https.jsonld` of a release.

The file is no part of the project: `make corpora CORPORA=DIR VOCABULARY=FILE`.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from stoppress.newsroom.publishing import correct_article, set_coverage
from tests.newsroom.desk import post
from tests.newsroom.metadata.full import full
from tests.newsroom.metadata.reading import things

pytestmark = pytest.mark.django_db

PREFIX = "schema:"


class Vocabulary:
    """The classes and properties of schema.org."""

    def __init__(self, file: Path) -> None:
        self._terms = {each["@id"]: each for each in json.loads(file.read_text())["@graph"]}

    def wrong(self, thing: dict[str, Any]) -> list[str]:
        """Return what the vocabulary does not know of a thing, and of those within."""
        kind = thing["@type"]
        kinds = self._with_parents(kind)
        found = [] if PREFIX + kind in self._terms else [kind]
        for name, value in thing.items():
            if name.startswith("@") or name == "query-input":  # Google's own
                continue
            values = value if isinstance(value, list) else [value]
            if not kinds & self._ids(name, "schema:domainIncludes"):
                found.append(f"{kind} has no {name}")
            found += [each for one in values for each in self._wrong_value(name, one)]
        return found

    def _wrong_value(self, name: str, value: Any) -> list[str]:
        ranges = self._ids(name, "schema:rangeIncludes")
        if not isinstance(value, dict):
            # By schema.org's conformance page, a text may stand for anything.
            known = PREFIX + str(value).rpartition("/")[2] in self._terms
            is_term = str(value).startswith("https://schema.org/")
            return [f"{name}: {value}"] if is_term and not known else []
        fits = self._with_parents(value["@type"]) & ranges
        return ([] if fits else [f"{name}: a {value['@type']}"]) + self.wrong(value)

    def _ids(self, name: str, relation: str) -> set[str]:
        told = self._terms.get(PREFIX + name, {}).get(relation, [])
        return {each["@id"] for each in (told if isinstance(told, list) else [told])}

    def _with_parents(self, kind: str) -> set[str]:
        parents = {each.removeprefix(PREFIX) for each in self._ids(kind, "rdfs:subClassOf")}
        own = {PREFIX + kind}
        return own.union(*(self._with_parents(each) for each in parents if each != kind))


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(Path(os.environ["STOPPRESS_VOCABULARY"]))


def test_the_vocabulary_finds_errors(vocabulary):
    made_up = {"@type": "NewsArticle", "coverageEndTime": "x", "author": {"@type": "Place"}}
    assert vocabulary.wrong(made_up) == ["NewsArticle has no coverageEndTime", "author: a Place"]


def test_every_term_of_our_pages_is_known_and_fits(vocabulary):
    said: dict[str, object] = {
        "source": "The Post",
        "original_url": "https://example.org/1",
        "copyright_notice": "All rights reserved.",
        "source_type": "mixed",
        "located": "Kettlewick",
    }
    article = correct_article(full(**said), "North.", {"headline": "North"})
    story = full(kind="live", **said)
    known = post(story, "A tree fell", body="Text.", authors=["mara"], byline="Mara")
    set_coverage(story, "closed")
    pages = ["/", "/section/world/", "/topic/ferry/", "/author/mara/", "/archive/2026/11/22/"]
    seen: set[str] = set()
    for address in (*pages, *(each.get_absolute_url() for each in (article, story, known))):
        for kind, thing in things(address).items():
            assert vocabulary.wrong(thing) == [], address
            seen.add(kind)
    assert seen >= {"WebSite", "NewsArticle", "LiveBlogPosting", "BlogPosting", "ProfilePage"}
