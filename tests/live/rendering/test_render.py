from datetime import UTC, datetime

import django
import pytest
from django.template import TemplateSyntaxError
from jinja2 import DictLoader

from stoppress import live
from stoppress.live.errors import InvalidView, UnknownStream
from stoppress.live.publishing import registry
from stoppress.live.rendering.locale import Locale
from stoppress.live.rendering.readerless import ReaderlessContext
from stoppress.live.rendering.render import LARGE, render
from tests.live.templates import templates

ZONES = {
    "nb:europe-oslo": ("nb", "Europe/Oslo"),
    "de:utc": ("de", "UTC"),
    "zz9:mars-base": ("en-us", "UTC"),
}
ENGLISH = Locale("en", "UTC")


def jinja2_templates(**sources):
    backend = "django.template.backends.jinja2.Jinja2"
    return [{"BACKEND": backend, "OPTIONS": {"loader": DictLoader(sources)}}]


@pytest.fixture
def made(settings):
    """Return what a template makes of a context, in a locale."""

    def made(source, context=None, locale=ENGLISH, **others):
        settings.TEMPLATES = templates(_it=source, **others)
        return render("_it", context or {}, locale)

    return made


@pytest.mark.parametrize(
    "name", ["request", "request.path", "user", "user.pk", "perms.a.b", "messages", "csrf_token"]
)
def test_values_of_one_reader_cannot_be_printed(made, name):
    with pytest.raises(InvalidView, match="one reader") as told:
        made(f"<p>{{{{ {name} }}}}</p>")
    assert "_it" in told.value.__notes__[0]


@pytest.mark.parametrize(
    "printed", ["user.name|stringformat:'s'", "user|json_script", "user.get_name"]
)
def test_a_filter_does_not_hide_that_the_reader_was_printed(made, printed):
    with pytest.raises((InvalidView, TypeError)):
        made(f"<p>{{{{ {printed} }}}}</p>")


def test_the_token_of_a_form_is_refused(made):
    with pytest.raises(InvalidView, match="form="):
        made("<form>{% csrf_token %}</form>")


def test_an_inclusion_tag_of_the_site_is_rendered(made):
    """Django passes the token on to the tag's own template, which may not print it."""
    of_tag = {"_flag": "<b>{{ word }}{% if csrf_token %}!{% endif %}</b>"}
    source = "{% load flags %}<p>{% flag 'New' %}</p>"
    assert made(source, **of_tag) == ["p", ["b", "New"]]
    with pytest.raises(InvalidView, match="form="):
        made(source, **{"_flag": "<form>{% csrf_token %}</form>"})


def test_a_condition_on_the_reader_is_false_and_a_loop_over_messages_empty(made):
    source = (
        "<p>{% if user.is_authenticated or perms.a.b %}in{% else %}out{% endif %}"
        "{% for each in messages %}{{ each }}{% endfor %}{{ user.name|default:'-' }}"
        "{% if not request %}!{% endif %}{% if user.pk == 1 or 1 in user.groups %}?{% endif %}</p>"
    )
    assert made(source) == ["p", "out-!"]


def test_a_tag_that_asks_for_the_request_finds_none():
    context = ReaderlessContext({"object": 7}, autoescape=True)
    assert (context.get("request"), context.get("object")) == (None, 7)
    assert "request" not in context


def test_a_variable_of_the_site_may_have_such_a_name(made):
    assert made("<p>{{ user }}{{ request.id }}</p>", {"user": "Ada", "request": {"id": 4}}) == [
        "p",
        "Ada4",
    ]


def test_a_view_is_in_its_streams_language_and_time_zone(made):
    source = (
        "{% load i18n %}<p>{{ time|date:'l H:i' }} {{ 1.5 }} {% translate 'Yes' context 'x' %}"
        "{% get_current_language as now %}{{ now }}</p>"
    )
    moment = {"time": datetime(2026, 11, 29, 23, 30, tzinfo=UTC)}
    assert made(source, moment, Locale("de", "Europe/Berlin")) == ["p", "Montag 00:30 1,5 Yesde"]
    assert made(source, moment, Locale("en", "UTC")) == ["p", "Sunday 23:30 1.5 Yesen"]


def test_an_error_of_a_template_comes_out_as_it_is_with_the_templates_name(made):
    with pytest.raises(TemplateSyntaxError, match="line 2") as told:
        made("<p>\n{% nosuch %}</p>")
    assert "template _it" in told.value.__notes__[0]
    with pytest.raises(ZeroDivisionError) as crash:
        made("<p>{{ crash }}</p>", {"crash": lambda: 1 // 0})
    assert "template _it" in crash.value.__notes__[0]


def test_a_large_view_gets_a_warning(made, caplog):
    tree = made("<p>{{ text }}</p>", {"text": "x" * LARGE})
    assert len(tree[1]) == LARGE
    assert "_it rendered" in caplog.text


def test_a_jinja2_template_works_too(settings):
    settings.TEMPLATES = jinja2_templates(
        good="<p>{{ a + 1 }}{% if user %}x{% endif %}</p>",
        user="<p>{{ user }}</p>",
        token="<form>{{ csrf_input }}</form>",
    )
    assert render("good", {"a": 2}, ENGLISH) == ["p", "3"]
    for name in ("user", "token"):
        with pytest.raises(InvalidView, match="one reader"):
            render(name, {}, ENGLISH)


if django.VERSION >= (6, 0):

    def test_a_template_partial_works_too(settings):
        settings.TEMPLATES = templates(
            page="<html>{% partialdef match %}<p>{{ match }}</p>{% endpartialdef %}</html>"
        )
        assert render("page#match", {"match": "1 : 0"}, ENGLISH) == ["p", "1 : 0"]


def test_a_view_for_plain_items_is_in_the_language_of_the_stream(settings):
    settings.TEMPLATES = templates(_it="<p>{{ 1.5 }}</p>")
    live.stream("news:<lang>", public=True, language="lang")(lambda limit, lang: [])
    live.stream("tokyo", public=True, language="ja", time_zone="Asia/Tokyo")(lambda limit: [])
    try:
        assert live.view("_it", {}) == ["p", "1.5"]
        assert live.view("_it", {}, stream="news:de") == ["p", "1,5"]
        assert registry.find_registered("news:de").locale == ("de", "UTC")
        assert registry.find_registered("tokyo").locale == ("ja", "Asia/Tokyo")
        with pytest.raises(UnknownStream):
            live.view("_it", {}, stream="nosuch")
    finally:
        registry.unregister("news:<lang>")
        registry.unregister("tokyo")


def test_an_unknown_time_zone_is_refused_at_once():
    with pytest.raises(ValueError, match="no time zone 'Mars/Base'"):
        live.stream("mars", public=True, time_zone="Mars/Base")(lambda limit: [])


def test_an_unknown_language_or_zone_in_a_name_becomes_the_sites(settings):
    settings.LANGUAGE_CODE = "en-us"
    pattern = "at:<lang>:<zone>"
    live.stream(pattern, public=True, language="lang", time_zone="zone")(lambda limit, **_: [])
    try:
        found = {name: registry.find_registered(f"at:{name}").locale for name in ZONES}
    finally:
        registry.unregister(pattern)
    assert found == ZONES
