import pytest
from django.apps import apps

from stoppress import live
from stoppress.live import template_checks
from stoppress.live.publishing import registry
from tests.live.publishing.test_live_model import LiveGroup
from tests.live.templates import templates


@pytest.fixture
def check(monkeypatch, settings, board):
    """Return what the checks say of a template of a live model, by their ids."""
    monkeypatch.setattr(apps, "get_models", lambda: [LiveGroup])  # in a registry of its own

    def check(live_template, **sources):
        settings.TEMPLATES = templates(**sources)
        monkeypatch.setattr(LiveGroup, "live_template", live_template)  # it is checked
        return [(message.id, message.msg) for message in template_checks.check_templates()]

    return check


def test_a_template_in_order_passes_and_so_does_a_model_without(check):
    assert check("_it", _it="<p>{{ group.name }} {# <script> #}<!-- <style> --></p>") == []
    assert check({"board": "_it", "other:<name>": "_it"}, _it="<p>x</p>") == []
    assert check(None) == []


def test_a_template_that_cannot_be_loaded_is_named(check):
    [(number, words)] = check("_nosuch")
    assert number == "stoppress.E019" and "auth.LiveGroup" in words and "_nosuch" in words
    [(number, words)] = check("_it", _it="<p>\n{% nosuch %}</p>")
    assert number == "stoppress.E019" and "line 2" in words
    [(number, words)] = check("_it", _it='<p>{% include "_part" %}</p>', _part="{% if %}")
    assert number == "stoppress.E019"


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("<p>\n<script>1</script></p>", "_it, line 2: <script>"),
        ("{% comment %}\n<style>\n{% endcomment %}<p><IFRAME></iframe></p>", "line 3: <IFRAME>"),
        ('<div>{% include "_part" %}</div>', "_part, line 1: <template>"),
        ('{% extends "_part" %}', "_part, line 1: <template>"),
        ("<svg><animateMotion/></svg>", "<animateMotion>"),
    ],
)
def test_an_element_that_is_not_allowed_in_a_view_is_named_with_its_line(check, source, word):
    [(number, words)] = check("_it", _it=source, _part="<p><template></template></p>")
    assert number == "stoppress.E033" and word in words


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("<p>{% now 'H:i' %}</p>", "now"),
        ("{% load humanize %}<p>\n{{ a|naturaltime }}</p>", "line 2: the output of naturaltime"),
        ("<p>{% if a|timesince %}x{% endif %}</p>", "timesince"),
    ],
)
def test_a_time_that_is_soon_wrong_is_warned_of(check, source, word):
    [(number, words)] = check("_it", _it=source)
    assert number == "stoppress.W023" and word in words


def test_a_pattern_that_no_stream_has_is_named(check):
    [(number, words)] = check({"board": "_it", "boards": "_it"}, _it="<p>x</p>")
    assert number == "stoppress.E034" and "'boards'" in words


def test_a_language_that_django_does_not_have_is_named():
    for pattern, language in (("a:<lang>", "lang"), ("b", "nb"), ("c", "xx-nosuch")):
        live.stream(pattern, public=True, language=language)(lambda limit, **_: [])
    try:
        [message] = template_checks.check_languages()
        assert message.id == "stoppress.E035" and "'xx-nosuch'" in message.msg
    finally:
        for pattern in ("a:<lang>", "b", "c"):
            registry.unregister(pattern)
