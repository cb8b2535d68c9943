import pytest

from stoppress.newsroom.body.body import html, read
from stoppress.newsroom.body.embeds import Embed, page


@pytest.mark.parametrize(
    ("frame", "shown"),
    [
        ("https://www.youtube.com/embed/a-b_c?start=3", "https://www.youtube.com/watch?v=a-b_c"),
        ("//www.youtube-nocookie.com/embed/abc", "https://www.youtube.com/watch?v=abc"),
        ("https://player.vimeo.com/video/12?h=x", "https://vimeo.com/12"),
        (
            "https://www.youtube.com/embed/videoseries?si=x&list=PL-x_1&index=2",
            "https://www.youtube.com/playlist?list=PL-x_1",
        ),
        (
            "https://www.youtube.com/embed/videoseries?x=1",
            "https://www.youtube.com/embed/videoseries?x=1",
        ),
        (
            "https://www.youtube.com/embed/live_stream?channel=UCx",
            "https://www.youtube.com/embed/live_stream?channel=UCx",
        ),
        ("//www.youtube.com/embed/live_stream1", "https://www.youtube.com/watch?v=live_stream1"),
        ("https://evil.example/embed/abc", "https://evil.example/embed/abc"),
        ("/embed/abc", "/embed/abc"),
    ],
)
def test_a_frame_leads_to_the_page_that_shows_it(frame: str, shown: str) -> None:
    assert page(frame) == shown


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("object", "An embedded object without an address was left out."),
        ("embed", "An embedded object without an address was left out."),
        ("video", "A video without an address was left out."),
    ],
)
def test_an_embed_without_an_address_gets_a_warning(tag: str, said: str) -> None:
    assert read(f"<{tag}></{tag}>", "html").warnings == (said,)


def test_the_first_address_and_the_first_title_count() -> None:
    embed = Embed("video")
    embed.look_at({"src": "javascript:x", "aria-label": "A  film"})
    embed.look_at({"src": "https://x.example/a.mp4", "title": "other"})
    embed.look_at({"src": "https://x.example/b.mp4"})
    assert (embed.address, embed.text) == ("https://x.example/a.mp4", "A film")
    untitled = Embed("audio", "//x.example/a.mp3")
    assert untitled.text == "x.example/a.mp3"


@pytest.mark.parametrize(
    ("written", "address", "said"),
    [
        (
            "<amp-dailymotion data-videoid=a-b></amp-dailymotion>",
            "https://www.dailymotion.com/video/a-b",
            "",
        ),
        (
            "<lite-youtube videoid=ab playlabel='Play: Pier'></lite-youtube>",
            "https://www.youtube.com/watch?v=ab",
            "Play: Pier",
        ),
        ("<oembed url='https://e.example/v'></oembed>", "https://e.example/v", ""),
        ("<amp-iframe src=https://e.example/f></amp-iframe>", "https://e.example/f", ""),
        ("<amp-video src=https://e.example/v></amp-video>", "https://e.example/v", ""),
        ("<frame src=https://e.example/f>", "https://e.example/f", ""),
        ("<map><area href=https://e.example/a alt=Pier></map>", "https://e.example/a", "Pier"),
        ("<div class=fb-post data-href=https://e.example/p></div>", "https://e.example/p", ""),
        ("<p>https://e.example/v</p>", "https://e.example/v", "https://e.example/v"),
        ("<p>[embed]https://e.example/v[/embed]</p>", "https://e.example/v", "https://e.example/v"),
    ],
)
@pytest.mark.parametrize("body_format", ["html", "markdown"])
def test_content_shown_by_a_script_becomes_a_link(
    written: str, address: str, said: str, body_format: str
) -> None:
    text = said or address.removeprefix("https://")
    body = read(f"5 words\n\n{written}\n", body_format)
    assert html(body.tree) == f'<p>5 words</p><p><a href="{address}">{text}</a></p>'
    assert body.warnings == ()


def test_a_post_shown_by_a_script_keeps_its_words() -> None:
    post = "<amp-twitter data-tweetid=1><blockquote placeholder>5 words</blockquote></amp-twitter>"
    shown = html(read(post, "html").tree)
    assert shown.endswith("status/1</a></news-embed><blockquote><p>5 words</p></blockquote>")


def test_a_late_picture_of_a_fast_page_is_a_picture() -> None:
    body = read("<amp-img src=/p.jpg alt=Pier></amp-img>", "html")
    assert body.tree == [["p", ["img", {"src": "/p.jpg", "alt": "Pier"}]]]


def test_a_script_s_element_without_an_address_is_named() -> None:
    said = "A <amp-youtube> without an address was left out."
    assert read("<amp-youtube></amp-youtube>", "html").warnings == (said,)
