"""`essence`: which differences of two bodies are news."""

import pytest

from stoppress.ingest.essence import essence
from stoppress.ingest.identity import digest
from stoppress.ingest.sanitize import safe_html
from tests.effort import no_more_cpu_than


def news(html: str) -> str:
    return digest(essence(safe_html(html, "https://x.example/"), "x.example"))


SAID = '<p>Two were <b>hurt</b>. <a href="/map">Map</a></p><p>More.</p>'


@pytest.mark.parametrize(
    "html",
    [
        '<p class="a" id="b">Two were <strong>hurt</strong>. <a href="/map">Map</a><p>More.',
        "<div>Two  were\n<b>hurt</b>. <a href='http://www.x.example/map/'>Map</a></div><p>More.</p>",
        f"<!-- 1 --><section>{SAID}</section><script>1</script>",
        f"{SAID}<p></p><p>&nbsp;</p><ul></ul><b> </b>",
        f'{SAID}<img src="//pix.example/1" width=1 height=1>',
        f'<img src="//x.example/pixel/1">{SAID}<p><a href="/c"><img src="https://y.example/17"></a>',
        '<p>Two were <b>hu\u00adrt</b>. <a href="/map?utm_source=x#xtor=1">Map</a><br>More.',
        '<p>Two were <b>hurt</b>. <a title="x" href="/map?sid=1">Map</a></p>\n\n<p>More.</p>\n',
    ],
)
def test_noise_does_not_change_the_essence(html: str) -> None:
    assert news(html) == news(SAID)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Two", "Three"),
        ("hurt", "hurt,"),
        ("<b>hurt</b>", "hurt"),
        ("Map", "map"),
        ("/map", "/map-2"),
        ('<a href="/map">Map</a>', "Map"),
        ("<p>More.</p>", ""),
        ("<p>More.</p>", "<h2>More.</h2>"),
        ("<p>More.</p>", "<ul><li>More.</li></ul>"),
        ("<p>More.</p>", "<blockquote>More.</blockquote>"),
        ("More.", 'More. <img src="/a.jpg">'),
        ("More.", 'More. <img src="/a" alt="Fire">'),
        ("More.", '<img src="/17"> More.'),
        ("More.", "More. <hr> More."),
    ],
)
def test_a_visible_change_changes_the_essence(one: str, other: str) -> None:
    assert one in SAID
    assert news(SAID.replace(one, other)) != news(SAID)


def test_another_picture_is_a_change_and_another_size_is_not() -> None:
    small = news('<p>x</p><img src="https://cdn1.example/a.jpg?w=1&sig=3" width="640" alt="Fire">')
    large = news('<p>x</p><img alt="Fire" src="https://cdn2.example/a.jpg?w=2" width="9">')
    other = news('<p>x</p><img alt="Fire" src="https://cdn2.example/b.jpg?w=2" width="9">')
    told = news('<p>x</p><img alt="Flood" src="https://cdn2.example/a.jpg?w=2" width="9">')
    assert small == large
    assert len({small, other, told}) == 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('<audio src="https://f.example/c.mp3?_=1">', '<audio src="https://f.example/c.mp3?_=2">'),
        ('<audio src="/c.mp3?_=1"></audio>', '<audio src="/c.mp3?_=2"></audio>'),
        (
            '<video src="https://cdn1.y.example/c.mp4?Expires=1&amp;Signature=a"></video>',
            '<video src="https://cdn2.y.example/c.mp4?Expires=2&amp;Signature=b"></video>',
        ),
        (
            '<iframe src="https://ads.y.example/s?slot=1"></iframe>',
            '<iframe src="https://ads.y.example/s?slot=2"></iframe>',
        ),
    ],
)
def test_an_embedded_object_is_identified_by_its_link(one: str, other: str) -> None:
    assert news(f"{SAID}{one}") == news(f"{SAID}{other}") != news(SAID)


def test_another_video_or_link_text_is_a_change() -> None:
    video = '<video src="https://y.example/{}.mp4"></video>'
    assert news(video.format(1)) != news(video.format(2))
    link = '<a href="https://y.example/map">{}</a>'
    assert len({news(link.format(text)) for text in ("map", "Map", "ap", "the map")}) == 4


def test_an_unnamed_picture_is_a_change_if_it_is_the_story_or_a_figure() -> None:
    photo, figure = '<img src="https://y.example/{}">', '<figure><img src="/media/{}"></figure>'
    assert news(photo.format(1)) != news(photo.format(2))
    assert news(SAID + figure.format(1)) != news(SAID + figure.format(2))
    assert news(SAID + photo.format(1)) == news(SAID + photo.format(2))


@pytest.mark.slow("it measures a long body")
def test_a_long_body_is_processed_in_time() -> None:
    link = f'<a href="https://x.example/{"a" * 300_000}">{"<b>a</b>" * 50_000}</a>'
    for html in (
        '<p>x <a href="https://x.example/?a=1">y</a><img src="/i.png"></p>' * 20_000,
        link,
        f'<img src="https://x.example/{"a" * 900_000}">',
    ):
        body = safe_html(html)
        with no_more_cpu_than(3):
            essence(body)
