"""The site's ninjs against IPTC's schema, which is not part of the project."""

import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from stoppress.newsroom.publishing import correct_article, retract_article
from tests.newsroom.desk import live_story, post
from tests.newsroom.metadata.full import full
from tests.newsroom.metadata.test_ninjs import ninjs
from tests.newsroom.pictures.made import picture

pytestmark = pytest.mark.django_db

SCHEMA = Path(os.environ["STOPPRESS_CORPORA"]) / "ninjs" / "ninjs-schema_3.1.json"


def errors(told: object) -> list[str]:
    validator = Draft202012Validator(json.loads(SCHEMA.read_text()), format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(told)]


def test_the_schema_finds_errors():
    assert errors({"uri": "urn:x", "urgency": 10, "made_up": 1}) != []


def test_each_kind_of_object_is_valid():
    shown = picture(alt="A ferry")
    article = full(
        body=f"![]({shown.reference})\n\nText.",
        source="The Post",
        original_url="https://example.org/1",
        copyright_notice="All rights reserved.",
        source_type="mixed",
        located="Kettlewick",
    )
    article = correct_article(article, "North.", {"headline": "North"})
    story = live_story()
    known = post(story, "", body="It rains.", key_event=True)
    for each in (article, story, known):
        assert errors(ninjs(each.get_absolute_url())) == []
    retract_article(article, "It is closed.")
    retract_article(story, "No storm.")
    for each in (article, story, known):
        assert errors(ninjs(each.get_absolute_url(), 410)) == []
