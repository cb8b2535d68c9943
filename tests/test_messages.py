"""The check of the translations, and what is read of the sources for it."""

from pathlib import Path

import pytest
from babel.messages.catalog import Message

from scripts.messages import LANGUAGES, LIVE, NEWSROOM, in_python, in_template, wrong_in


@pytest.mark.parametrize(
    ("string", "words"),
    [
        ("%(n)s neue", ""),
        ("", "has no translation"),
        ("neue", "other placeholders"),
        ("%(n)s <b>neue</b>", "other placeholders or tags"),
    ],
)
def test_a_translation_has_the_placeholders_of_its_text(string, words):
    assert words in " ".join(wrong_in(Message("%(n)s new", string)))
    assert bool(words) == bool(list(wrong_in(Message("%(n)s new", string))))


def test_a_fuzzy_translation_does_not_count():
    assert list(wrong_in(Message("new", "neu", flags=["fuzzy"])))


def test_texts_of_templates_and_code_are_found_with_their_context(tmp_path: Path):
    template = """{% translate "One" context "c" %} {% blocktranslate trimmed with a=b %}
        Two {{ a }}
    {% endblocktranslate %}{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days
    {%- endblocktranslate %}<a title="{% translate 'It’s' %}">""".replace("\n    {%-", "{%")
    assert list(in_template(template)) == [
        ("One", "c"),
        ("Two %(a)s", None),
        (("%(n)s day", "%(n)s days"), None),
        ("It’s", None),
    ]
    (tmp_path / "a.py").write_text('pgettext("c", "One")\n_("Two")\nngettext("a", "b", 2)\n')
    assert list(in_python(tmp_path / "a.py")) == [
        ("One", "c"),
        ("Two", None),
        (("a", "b"), None),
    ]


def test_each_part_has_a_catalogue_in_each_language():
    for part in (LIVE, NEWSROOM):
        for language in LANGUAGES:
            assert (part / "locale" / language / "LC_MESSAGES" / "django.mo").is_file()
