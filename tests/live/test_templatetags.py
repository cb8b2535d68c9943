import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.template import Context, Template, engines
from django.test import RequestFactory, override_settings

from .conftest import put

PARTIAL = (
    '<p data-key="{{ item.key }}" data-version="{{ item.version }}" data-order="{{ item.order }}">'
    "{{ item.order }}</p>"
)
NONE = "<p data-when-empty{% if item_count %} hidden{% endif %}>-</p>"
LOADERS = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.locmem.Loader",
                    {
                        "_thing.html": PARTIAL,
                        "_none.html": NONE,
                    },
                )
            ],
            "libraries": {"live": "stoppress.live.templatetags.live"},
        },
    }
]


@pytest.fixture
def render(transactional_db, board):
    with override_settings(TEMPLATES=LOADERS):

        def render(text, **more):
            template = engines["django"].from_string("{% load live %}" + text)
            assert isinstance(template.template, Template)
            return template.template.render(Context({"item": "outer"} | more))

        yield render


def test_a_feed_is_the_streams_items_and_a_template_for_those_to_come(render):
    put("a")
    put("<b>")
    html = render('{% live_feed "board" "_thing.html" %}{{ item }}')
    assert html.startswith('<live-feed stream="board" cursor="2-')
    assert 'limit="30" data-state="connecting"' in html and "data-floor" not in html
    assert html.count('data-key="') == 3
    assert '<template><p data-key="" data-version="" data-order=""></p></template>' in html
    assert "<b>" not in html and html.endswith("</live-feed>outer")


def test_a_feed_that_has_more_than_its_limit_says_from_where_on(render):
    for number in range(31):
        put(f"k{number:02}")
    html = render('{% live_feed "board" "_thing.html" %}')
    assert 'data-floor="k01"' in html and 'data-key="k00"' not in html


def test_what_stands_in_for_no_items_knows_how_many_there_are(render):
    feed = '{% live_feed "board" "_thing.html" empty="_none.html" %}'
    assert "<p data-when-empty>-" in render(feed)
    put("a")
    assert "data-when-empty hidden" in render(feed)


def test_the_client_is_a_module_of_our_own(render):
    assert render("{% live_client %}") == (
        '<script type="module" src="/static/stoppress/live/index.js"></script>'
    )


def test_a_private_stream_is_rendered_for_whom_its_registration_lets(render):
    with pytest.raises(PermissionDenied, match="sign in"):
        render('{% live_feed "secret" "_thing.html" %}')
    request = RequestFactory().get("/")
    request.user = User(username="guest")
    with pytest.raises(PermissionDenied, match="may not"):
        render('{% live_feed "secret" "_thing.html" %}', request=request)
    request.user = User(username="editor", is_staff=True)
    html = render('{% live_feed "secret" "_thing.html" %}', request=request)
    assert '<live-feed stream="secret"' in html
