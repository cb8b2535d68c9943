import pytest

from stoppress.newsroom.body import read
from stoppress.newsroom.body_embeds import Embed, page


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
def test_what_has_no_address_is_told_of(tag: str, said: str) -> None:
    assert read(f"<{tag}></{tag}>", "html").warnings == (said,)


def test_the_first_address_and_the_first_title_count() -> None:
    embed = Embed("video")
    embed.look_at({"src": "javascript:x", "aria-label": "A  film"})
    embed.look_at({"src": "https://x.example/a.mp4", "title": "other"})
    embed.look_at({"src": "https://x.example/b.mp4"})
    assert (embed.address, embed.text) == ("https://x.example/a.mp4", "A film")
    untitled = Embed("audio", "//x.example/a.mp3")
    assert untitled.text == "x.example/a.mp3"
