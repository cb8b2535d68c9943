import re
from itertools import chain

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.template import Context, Template, TemplateSyntaxError, engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import override_script_prefix

from stoppress import live
from stoppress.live.asgi_types import BY_ASGI
from stoppress.live.publishing import registry

from .conftest import put
from .templates import templates


@pytest.fixture
def render(transactional_db, board, settings):
    settings.TEMPLATES = templates(
        _thing="<p class=thing>{{ key }}</p>", _row="<tr><td>{{ key }}</td></tr>"
    )

    def render(text, **more):
        template = engines["django"].from_string("{% load live %}" + text)
        assert isinstance(template.template, Template)
        return template.template.render(Context({"items": "outer"} | more))

    return render


@pytest.fixture
def things():
    """A stream of three items with views."""
    found = ["c", "b", "<a>"]

    @live.stream("things", public=True)
    def take(limit):
        for key in found:
            view = live.view("_thing", {"key": key})
            yield {"key": f"k:{key}", "order": key, "version": 1234, "view": view}

    yield found
    registry.unregister("things")


@pytest.fixture
def rows():
    @live.stream("rows", public=True)
    def take(limit):
        return [{"key": "1", "order": "1", "view": live.view("_row", {"key": 1})}]

    yield
    registry.unregister("rows")


def test_a_feed_is_the_views_of_its_items(render, things):
    html = render('{% live_feed "things" %}')
    assert html.startswith('<live-feed stream="things" cursor="0-')
    assert 'limit="3' in html and "data-floor" not in html
    assert html.endswith(
        '<p class="thing" data-key="k:c" data-version="1234" data-order="c">c</p>'
        '<p class="thing" data-key="k:b" data-version="1234" data-order="b">b</p>'
        '<p class="thing" data-key="k:<a>" data-version="1234" data-order="<a>">&lt;a&gt;</p>'
        "</live-feed>"
    )


def test_a_version_is_never_localised(render, things, settings):
    settings.USE_THOUSAND_SEPARATOR = True
    settings.LANGUAGE_CODE = "de"
    assert 'data-version="1234"' in render('{% live_feed "things" %}')


def test_a_feed_with_more_items_than_its_limit_has_a_floor(render):
    for number in range(31):
        put(f"k{number:02}")
    assert 'data-floor="k01"' in render('{% live_feed "board" %}')


def test_items_without_a_view_are_left_to_the_sites_script(render):
    put("a")
    html = render('{% live_feed "board" %}')
    assert "data-key" not in html and html.startswith('<live-feed stream="board" cursor="1-')


@pytest.fixture
def older():
    """A ranged stream of four items with views."""

    @live.stream("older:<id>", public=True, limit=2)
    def take(limit, id, below=None):
        found = [letter for letter in "dcba" if below is None or letter < below]
        return [
            {"key": key, "order": key, "view": live.view("_thing", {"key": key})} for key in found
        ]

    yield
    registry.unregister("older:<id>")


OLDER = (
    '{% live_feed "older:<id>" id=7 ceiling=order %}<div data-items>{{ items }}</div>'
    '<a data-older {% if not items.floor %}hidden{% endif %} href="/{{ items.floor }}/">Older'
    "</a>{% endlive_feed %}"
)


def test_a_feed_with_a_ceiling_has_the_items_of_a_smaller_order(render, older):
    html = render(OLDER, order="d")
    assert 'limit="2" ceiling="d" data-floor="b" data-state' in html
    assert [key for key in "abcd" if f'data-key="{key}"' in html] == ["b", "c"]
    assert '<a data-older  href="/b/">' in html
    last = render(OLDER, order="b")
    assert "data-floor" not in last and "<a data-older hidden " in last


@pytest.mark.parametrize("order", ["", None])
def test_a_feed_without_a_ceiling_has_the_newest_items(render, older, order):
    html = render(OLDER, order=order)
    assert 'data-floor="c"' in html and " ceiling=" not in html
    assert html.count("data-key") == 2


def test_a_ceiling_of_a_stream_without_older_items_is_refused_with_a_message(render, things):
    with pytest.raises(ValueError, match="must accept `below`"):
        render('{% live_feed "things" ceiling="b" %}')


def test_the_item_that_the_page_is_about_is_marked(render, things):
    html = render('{% live_feed "things" current=key %}', key="k:c")
    assert html.count('aria-current="true"') == 1
    assert re.search(r'data-key="k:c"[^>]* aria-current="true">', html)
    assert ' current="k:c" ' in html
    for none in ("", "k:none"):
        assert "aria-current" not in render('{% live_feed "things" current=key %}', key=none)


BLOCK = (
    '{% live_feed "things" %}<ol data-items>{{ items }}</ol>'
    "{% empty %}<p>None of {{ what }}.</p>{% endlive_feed %}"
)


def test_the_sites_own_markup_surrounds_the_items(render, things):
    html = render(BLOCK + "{{ items }}", what="them")
    assert '<ol data-items><p class="thing" data-key="k:c"' in html
    assert "<div data-when-empty hidden><p>None of them.</p></div></live-feed>outer" in html
    things.clear()
    html = render(BLOCK, what="them")
    assert "<ol data-items></ol><div data-when-empty><p>None of them.</p></div>" in html


def test_a_feed_without_and_one_with_a_block_fit_in_one_template(render, things):
    html = render('{% live_feed "things" %}-' + BLOCK + '-{% live_feed "things" %}')
    assert html.count("<live-feed") == html.count("</live-feed>") == 3
    assert html.count("<ol data-items>") == 1


def test_a_template_of_the_old_kind_names_its_new_place(render):
    with pytest.raises(TemplateSyntaxError, match="live_template"):
        render('{% live_feed "board" "_thing.html" %}')


META = '<meta name="stoppress-older" content="/static/stoppress/live/older.js">'


def test_the_client_is_our_module_and_gets_the_address_of_another(render):
    assert render("{% live_client %}") == (
        META + '<script type="module" src="/static/stoppress/live/index.js"></script>'
    )


def test_a_page_with_its_own_bundle_gives_the_client_the_same_settings(render):
    assert render("{% live_meta %}") == META


@pytest.mark.parametrize(
    ("prefix", "address"),
    [
        ("/paper/", "/paper/live/ws"),
        ("/büro/", "/b%C3%BCro/live/ws"),
        ("//evil.example/", "/%2Fevil.example/live/ws"),
    ],
)
def test_below_a_prefix_the_client_gets_the_addresses_of_the_transports(render, prefix, address):
    with override_script_prefix(prefix):
        page = render("{% live_client %}")
    assert page.startswith(f'<meta name="stoppress-live" content="{address}"><meta ')


def test_a_private_stream_is_rendered_only_for_readers_who_may_read_it(render):
    request = RequestFactory().get("/")
    with pytest.raises(PermissionDenied, match="sign in"):
        render('{% live_feed "secret" %}', request=request)
    request.user = User(username="guest")
    with pytest.raises(PermissionDenied, match="may not"):
        render('{% live_feed "secret" %}', request=request)
    request.user = User(username="editor", is_staff=True)
    html = render('{% live_feed "secret" %}', request=request)
    assert '<live-feed stream="secret"' in html


def test_a_private_stream_in_a_template_without_a_request_is_named(render):
    with pytest.raises(TemplateSyntaxError, match=r"secret is not public.*pass the request"):
        render('{% live_feed "secret" %}')


def test_the_reader_is_known_where_no_variable_names_the_request(transactional_db, settings, board):
    # There is no context processor here, and an inclusion tag would get no variables either.
    feed = '{% load live %}{% live_feed "secret" %}'
    settings.TEMPLATES = templates(feed=feed, page='{% include "feed" only %}')
    request = RequestFactory().get("/")
    request.user = User(username="editor", is_staff=True)
    assert '<live-feed stream="secret"' in render_to_string("feed", request=request)
    assert '<live-feed stream="secret"' in render_to_string("page", request=request)
    request.user = User(username="guest")
    with pytest.raises(PermissionDenied, match="may not"):
        render_to_string("page", request=request)


def test_placeholders_of_a_name_are_given_their_values(render):
    feed = '{% live_feed "other:<name>" name=who.pk %}'
    assert '<live-feed stream="other:7"' in render(feed, who={"pk": 7})
    with pytest.raises(live.UnknownStream, match="<name>"):
        render('{% live_feed "other:<name>" nome=1 %}')


@pytest.mark.parametrize(
    "text",
    [
        '{% live_feed "things" %}{% comment %}{% endlive_feed %}{% endcomment %}',
        '{% live_feed "things" %}{% comment %}{% live_feed "x" %}{% endcomment %}<ol data-items>'
        "{{ items }}</ol>{% endlive_feed %}",
    ],
)
def test_commented_markup_is_no_part_of_a_feed(render, things, text):
    assert render(text).count("data-key") == 3


def test_a_block_knows_whether_there_are_items(render, things):
    block = '{% live_feed "things" %}{% if items %}{{ items|length }}{% endif %}{% endlive_feed %}'
    assert ">3<" in render(block)
    things.clear()
    assert ">3<" not in render(block)


def test_a_view_holds_no_feed(render, settings):
    settings.TEMPLATES = templates(_it='{% load live %}<p>{% live_feed "board" %}</p>')
    with pytest.raises(TemplateSyntaxError, match="cannot hold a feed"):
        live.view("_it", {})


def test_an_error_names_what_keeps_a_feed_from_being_live(render, things, rows, settings):
    within = '{% live_feed "things" %}<ul>{{ items }}</ul>{% endlive_feed %}'
    twice = '{% live_feed "things" %}{{ items }}{{ items }}{% endlive_feed %}'
    bare = '{% live_feed "rows" %}<table data-items>{{ items }}</table>{% endlive_feed %}'
    wrong = {
        "prints no {{ items }}": ['{% live_feed "things" %}<ol></ol>{% endlive_feed %}'],
        "drops <tr>": ['{% live_feed "rows" %}'],
        "must stand once": [within, twice, bare],
    }
    table = (
        '{% live_feed "rows" %}<table><tbody data-items>{{ items }}</tbody></table>'
        "{% endlive_feed %}"
    )
    for text in [*chain(*wrong.values()), table]:
        render(text)  # a reader's page is rendered all the same
    settings.DEBUG = True
    for words, texts in wrong.items():
        for text in texts:
            with pytest.raises(TemplateSyntaxError) as told:
                render(text)
            assert words in str(told.value)
    assert "<tbody data-items><tr data-key" in render(table)


def test_with_debug_a_page_shows_a_notice_until_the_client_runs(render, settings):
    assert 'role="status" hidden' in render('{% live_feed "board" %}')
    settings.DEBUG = True
    html = render('{% live_feed "board" %}')
    assert "Not live yet" in html and 'role="status" data-reconnecting' in html
    by_wsgi = {"request": RequestFactory().get("/")}
    # The client takes its words from the element, whatever state it comes to.
    for html in (
        render('{% live_feed "board" %}', **by_wsgi),
        engines["django"]
        .from_string('{% load live %}{% live_feed "board" %}')
        .render({}, **by_wsgi),
    ):
        assert html.count("Not live: this page is served by WSGI") == 3
        assert "Live updates have ended" not in html and "Connection lost" not in html
    settings.DEBUG = False
    assert "WSGI" not in render('{% live_feed "board" %}', **by_wsgi)
    settings.DEBUG = True
    token = BY_ASGI.set(True)  # a preview that the site renders for itself
    try:
        assert "Not live yet" in render('{% live_feed "board" %}', **by_wsgi)
    finally:
        BY_ASGI.reset(token)
