"""Elements that only a script makes visible."""

import re

import pytest

from stoppress.ingest.sanitize import safe_html
from tests.effort import no_more_cpu_than

POST = "https://www.facebook.com/town/posts/17"


def shown(written: str) -> str:
    return re.sub("</?div>", "", safe_html(written, "https://x.example/"))


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        (
            '<amp-img src="/a.jpg" alt="A" width="900" height="600" layout="responsive"></amp-img>',
            '<img src="https://x.example/a.jpg" alt="A" width="900" height="600">',
        ),
        (
            '<AMP-VIDEO src="/a.mp4" title="The harbour"><div fallback>No</div></AMP-VIDEO>',
            '<p><a href="https://x.example/a.mp4">The harbour</a></p>',
        ),
        (
            f'<div class="fb-post" data-href="{POST}" data-width="500"></div>',
            f'<p><a href="{POST}">www.facebook.com/town/posts/17</a></p>',
        ),
        (
            f"<p>See</p><div data-href='{POST}?a=1&amp;b=2' class='x fb-video'>Words</div>",
            f'<p>See</p><p><a href="{POST}?a=1&amp;b=2">www.facebook.com/town/posts/17?a=1&amp;b=2'
            "</a></p>Words",
        ),
        (
            '<script src="https://gist.github.com/ann/17.js"></script>',
            '<p><a href="https://gist.github.com/ann/17">gist.github.com/ann/17</a></p>',
        ),
    ],
)
def test_content_shown_by_a_script_is_kept_or_becomes_a_link(written: str, safe: str) -> None:
    assert shown(written) == safe


@pytest.mark.parametrize(
    "written",
    [
        f'<div class="fb-like" data-href="{POST}"></div>',
        '<div class="fb-post" data-href="javascript:alert(1)"></div>',
        '<div class="fb-post"></div>',
        '<script src="https://x.example/a.js"></script>',
        '<script>"https://gist.github.com/ann/17.js"</script>',
        "<amp-analytics></amp-analytics>",
    ],
)
def test_buttons_and_scripts_leave_nothing(written: str) -> None:
    assert shown(written) == ""


@pytest.mark.parametrize("part", ["<div ", "<div class=", '<div a="', "<script src=", "<amp-img "])
def test_unclosed_tags_are_read_in_time(part: str) -> None:
    with no_more_cpu_than(1):
        safe_html(part * 2000)


@pytest.mark.parametrize("part", [" class=", ' class="', " class=a", " data-href='"])
def test_a_repeated_attribute_is_read_in_time(part: str) -> None:
    with no_more_cpu_than(5):
        safe_html(f"<div data-href='{POST}'{part * 10_000}></div>")
