"""A publisher's HTML is sanitized: nothing active, absolute addresses, plain text as text."""

import pytest

from stoppress.ingest.parse import parse
from stoppress.ingest.sanitize import (
    clip,
    clip_html,
    is_web_address,
    plain_text,
    readable,
    safe_html,
    text_as_html,
    without_image_hosts,
)
from stoppress.ingest.story import compose
from tests.effort import no_more_cpu_than

from .audit import Audit
from .kinds import HOSTILE, rss


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_active_is_left_of_a_hostile_feed(html: str) -> None:
    feed = parse(
        rss(f"<item><title>T</title><description><![CDATA[{html}]]></description></item>").encode()
    )
    [story] = [compose(entry, feed) for entry in feed.entries]
    assert Audit(story.body).found == Audit(story.summary).found == []


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<p onclick=alert(1)>x</p>",
        "<a href=javascript:alert(1)>x</a>",
        "<a href='java&#10;script:alert(1)'>x</a>",
        "<a href=' data:text/html,x'>x</a>",
        "<img src=x onerror=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
        "<form action=/><input><button>x</button></form>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<p style='position:fixed'>x</p>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<template><script>alert(1)</script></template>",
        "<!--<script>-->alert(1)<!--</script>-->",
    ],
)
def test_nothing_active_is_left(html: str) -> None:
    assert Audit(safe_html(html, "http://x.example/")).found == []
    assert "<" not in plain_text(html)


def test_addresses_are_made_whole() -> None:
    html = '<a href="../b?x=1&amp;y#z">b</a><img src="//img.example/i.png">'
    assert safe_html(html, "https://x.example/a/") == (
        '<a href="https://x.example/b?x=1&amp;y#z">b</a><img src="https://img.example/i.png">'
    )


@pytest.mark.parametrize("base", ["", "/a", "mailto:x@x.example", "http://[::1"])
def test_relative_addresses_without_a_base_are_dropped(base: str) -> None:
    assert safe_html('<a href="b">b</a>', base) == "<a>b</a>"


def test_struck_text_is_not_shown() -> None:
    assert plain_text("<p><del>Ten</del> <s>nine</s> two were hurt.</p>") == "two were hurt."


def test_words_of_two_paragraphs_do_not_run_together() -> None:
    assert plain_text("<p>One<br>two</p><p>th<b>re</b>e</p>R&amp;D") == "One two three R&D"


def test_text_becomes_paragraphs() -> None:
    assert text_as_html("a < b\n\n\nc & d\n") == "<p>a &lt; b</p><p>c &amp; d</p>"


@pytest.mark.parametrize(
    ("text", "clipped"),
    [
        ("short", "short"),
        ("a line of words", "a line…"),
        ("unbrokenword", "unbroken…"),
        ("速報 ない言葉の長い行", "速報 ない言葉の…"),
        ("weather👩\u200d👩\u200d👧", "weather…"),
        ("abcdefg🇩🇪🇫🇷", "abcdefg…"),
        ("abcdefge\u0301xy", "abcdefg…"),
    ],
)
def test_a_line_is_clipped_after_a_word(text: str, clipped: str) -> None:
    assert clip(text, 9) == clipped


def test_signs_joined_without_end_are_cut_all_the_same() -> None:
    for sign in ("👩\u200d", "क्", "\u0600", "ᄀ"):
        assert clip(sign * 400, 300) == (sign * 400)[:299] + "…"


def test_clipped_html_is_still_well_formed() -> None:
    html = "<div>" * 100 + "<p>word</p>" * 1000
    clipped = clip_html(safe_html(html), 2000)
    assert 1900 < len(clipped) <= 2000
    assert clipped == safe_html(clipped)


@pytest.mark.parametrize(
    ("html", "clipped"),
    [
        ("<p>one</p>", "<p>one</p>"),
        ("<p>one two three four five</p>", "<p>one two three…</p>"),
        ("<ul><li>a</li><li>b</li></ul>", "<ul><li>a</li>…</ul>"),
        ("<p>one two thr&amp;e four</p>", "<p>one two thr…</p>"),
        ("<p>one two thr 👩\u200d👩\u200d👧 four</p>", "<p>one two thr …</p>"),
        ('<p>x<img alt="a>b" src="http://x.example/"></p>', "<p>x…</p>"),
        ("x<br>" * 9, "x<br>x<br>x<br>x<br>…"),
    ],
)
def test_html_is_cut_at_its_limit(html: str, clipped: str) -> None:
    assert clip_html(html, 21) == clipped


def test_html_is_clipped_in_one_pass() -> None:
    html = "<div>" * 200 + "<i>x</i><br>" * 100_000
    with no_more_cpu_than(1):
        assert len(clip_html(html, 200_000)) <= 200_000


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("\u200b", ""),
        ("\u200e \ufeff\u200d\u00ad", ""),
        ("\u3164\u2800", ""),
        ("\u0301", ""),
        (" a\n\u200bb\u0085c ", "a b c"),
        ("a\u2028b\u2029c", "a b c"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("C++\u200f היא שפה", "C++\u200f היא שפה"),
        ("\u200f C++\u200f היא \u061c\u200e", "C++\u200f היא"),
        ("a\u202bb\u2067c\u2069d\u202ee", "abcde"),
        ("Z" + "\u0316" * 300 + "algo", "Z" + "\u0316" * 5 + "algo"),
        (
            "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
            "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        ),
        ("👩\u200d🚒", "👩\u200d🚒"),
        ("🔥", "🔥"),
    ],
)
def test_a_line_has_no_invisible_characters(text: str, seen: str) -> None:
    assert readable(text) == seen


def test_a_control_character_written_as_its_number_is_left_out() -> None:
    assert safe_html("<p>a&#1;b&#x7f;c</p>") == "<p>abc</p>"
    assert plain_text("a&#x202e;b") == "ab"


def test_an_images_host_and_query_are_not_part_of_the_news() -> None:
    one = safe_html('<p><img alt="x" src="https://cdn1.example/a/i.jpg?w=1&amp;q=2"></p>')
    two = safe_html('<p><img alt="x" src="http://cdn2.example/a/i.jpg"></p>')
    other = safe_html('<p><img alt="x" src="http://cdn2.example/a/j.jpg"></p>')
    assert without_image_hosts(one) == without_image_hosts(two) != without_image_hosts(other)


@pytest.mark.parametrize("address", ["http://x.example/", "HTTPS://x.example"])
def test_valid_web_addresses_are_accepted(address: str) -> None:
    assert is_web_address(address)


@pytest.mark.parametrize(
    "address", ["", "x", "/x", "//x", "http:", "http://", "urn:x", "http://[x"]
)
def test_any_other_address_is_not_a_web_address(address: str) -> None:
    assert not is_web_address(address)


@pytest.mark.parametrize(
    "html",
    [
        '<img src="/blank.gif" data-src="/real.jpg" alt="Pier">',
        '<img src="data:image/gif;base64,R0" data-src="real.jpg" alt="Pier">',
        '<img srcset="https://x.example/real.jpg 800w" alt="Pier">',
        '<picture><source srcset="/real.avif"><img src="/real.jpg" alt="Pier"></picture>',
        '<img data-lazy="x" alt="Pier"><noscript><img src="/real.jpg" alt="Pier"></noscript>',
    ],
)
def test_a_lazy_picture_has_its_real_address(html: str) -> None:
    made = safe_html(html, "https://x.example/")
    assert sorted(made[1:-1].split()) == ['alt="Pier"', "img", 'src="https://x.example/real.jpg"']


def test_a_picture_keeps_its_attributes_in_the_order_they_came_in() -> None:
    for said in (
        '<img alt="Pier" height="9" src="https://x.example/p.jpg" width="8" title="t">',
        '<img src="https://x.example/p.jpg">',
    ):
        assert safe_html(said) == said


@pytest.mark.parametrize(
    ("html", "address", "text"),
    [
        (
            '<iframe src="https://www.youtube.com/embed/abc" width="560"></iframe>',
            "https://www.youtube.com/watch?v=abc",
            "www.youtube.com/watch?v=abc",
        ),
        (
            '<video controls><source src="/clip.mp4" type="video/mp4"></video>',
            "https://x.example/clip.mp4",
            "/clip.mp4",
        ),
        (
            '<audio controls src="https://cdn.example/show.mp3" title="The show"></audio>',
            "https://cdn.example/show.mp3",
            "The show",
        ),
    ],
)
def test_an_embedded_object_becomes_a_link(html: str, address: str, text: str) -> None:
    assert safe_html(html, "https://x.example/") == f'<p><a href="{address}">{text}</a></p>'


def test_the_meaning_of_small_type_lists_and_tables_stays() -> None:
    html = (
        '<p>10<sup>6</sup> <del>5</del> <a href="mailto:a@b.example">mail</a></p>'
        '<ol start="17" reversed=""><li value="4">juni</li></ol>'
        '<table><tbody><tr><th scope="row">Red</th><td colspan="2">12</td></tr></tbody></table>'
    )
    assert safe_html(html) == html


def test_a_picture_hidden_by_style_is_dropped_and_one_named_hidden_is_kept() -> None:
    seen = '<img src="https://x.example/a.jpg" alt="A hidden camera &gt; b" title="hidden">'
    late = '<img style="opacity:0" data-src="https://x.example/b.jpg" alt="x">'
    gone = '<img alt="a > b" src="https://x.example/17" style="display:none">'
    safe = safe_html(f"<p>a{seen}{gone}{late}{gone.replace('style', 'hidden data-x')}</p>")
    assert safe.count("<img") == 2
    assert "a.jpg" in safe and "b.jpg" in safe
