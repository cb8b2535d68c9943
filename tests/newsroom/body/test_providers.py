import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoppress.newsroom.body.providers import FRAME_HOSTS, known, ratio_of

WATCH = "https://www.youtube.com/watch?v="
NOCOOKIE = "https://www.youtube-nocookie.com/embed/"
X = "https://platform.twitter.com/embed/Tweet.html?id="


@pytest.mark.parametrize(
    ("address", "url", "frame"),
    [
        ("https://www.youtube.com/watch?v=a-b_c", f"{WATCH}a-b_c", f"{NOCOOKIE}a-b_c"),
        ("HTTP://M.YouTube.com/watch?app=desktop&v=abc", f"{WATCH}abc", f"{NOCOOKIE}abc"),
        ("https://youtu.be/abc?si=9xTrack&feature=shared", f"{WATCH}abc", f"{NOCOOKIE}abc"),
        ("https://youtu.be/abc?t=1h2m3s", f"{WATCH}abc&t=3723", f"{NOCOOKIE}abc?start=3723"),
        (f"{WATCH}abc&t=90s", f"{WATCH}abc&t=90", f"{NOCOOKIE}abc?start=90"),
        (f"{WATCH}abc#t=1m", f"{WATCH}abc&t=60", f"{NOCOOKIE}abc?start=60"),
        (f"{WATCH}abc&t=soon", f"{WATCH}abc", f"{NOCOOKIE}abc"),
        (
            f"{WATCH}abc&list=PL-x_1&index=2",
            f"{WATCH}abc&list=PL-x_1",
            f"{NOCOOKIE}abc?list=PL-x_1",
        ),
        ("https://youtube.com/live/abc?feature=share", f"{WATCH}abc", f"{NOCOOKIE}abc"),
        (
            "//www.youtube-nocookie.com/embed/abc?start=5",
            f"{WATCH}abc&t=5",
            f"{NOCOOKIE}abc?start=5",
        ),
        ("https://www.youtube.com/v/abc&hl=en&fs=1", f"{WATCH}abc", f"{NOCOOKIE}abc"),
        (
            "https://youtube.com/shorts/abc?si=x",
            "https://www.youtube.com/shorts/abc",
            f"{NOCOOKIE}abc",
        ),
        (
            "https://www.youtube.com/embed/videoseries?si=x&list=PL-x_1",
            "https://www.youtube.com/playlist?list=PL-x_1",
            f"{NOCOOKIE}videoseries?list=PL-x_1",
        ),
        ("https://vimeo.com/12", "https://vimeo.com/12", "https://player.vimeo.com/video/12?dnt=1"),
        (
            "https://vimeo.com/channels/staff-picks/12?share=copy#t=1m5s",
            "https://vimeo.com/12#t=65s",
            "https://player.vimeo.com/video/12?dnt=1#t=65s",
        ),
        (
            "https://player.vimeo.com/video/12?h=8272103f6e&badge=0&app_id=58479",
            "https://vimeo.com/12/8272103f6e",
            "https://player.vimeo.com/video/12?dnt=1&h=8272103f6e",
        ),
        (
            "https://mobile.twitter.com/town/status/12?s=20&t=x/photo/1",
            "https://x.com/town/status/12",
            f"{X}12&dnt=true",
        ),
        ("https://x.com/town/status/12/photo/1", "https://x.com/town/status/12", f"{X}12&dnt=true"),
        ("https://twitter.com/i/web/status/12", "https://x.com/i/status/12", f"{X}12&dnt=true"),
        (f"{X}12&theme=dark", "https://x.com/i/status/12", f"{X}12&dnt=true"),
        (
            "https://instagram.com/town/p/A-b_c/?igsh=MW&img_index=2",
            "https://www.instagram.com/p/A-b_c/",
            "https://www.instagram.com/p/A-b_c/embed/",
        ),
        (
            "https://www.instagram.com/reels/Abc/embed/captioned/",
            "https://www.instagram.com/reel/Abc/",
            "https://www.instagram.com/reel/Abc/embed/",
        ),
        (
            "https://bsky.app/profile/town.example/post/3k?ref_src=embed",
            "https://bsky.app/profile/town.example/post/3k",
            "",
        ),
        (
            "https://embed.bsky.app/embed/did:plc:abc/app.bsky.feed.post/3k?id=4",
            "https://bsky.app/profile/did:plc:abc/post/3k",
            "",
        ),
        ("https://youtu.be/watch?v=abc", f"{WATCH}abc", f"{NOCOOKIE}abc"),
        (
            "https://youtu.be/playlist?list=PL-x_1",
            "https://www.youtube.com/playlist?list=PL-x_1",
            f"{NOCOOKIE}videoseries?list=PL-x_1",
        ),
        (
            "https://toot.example/@first.last@pix.example/112",
            "https://toot.example/@first.last@pix.example/112",
            "",
        ),
        ("https://toot.xn--p1ai/@town/112", "https://toot.xn--p1ai/@town/112", ""),
        ("https://toot.example/@town/112/embed", "https://toot.example/@town/112", ""),
        (
            "https://toot.example/@town@other.example/112",
            "https://toot.example/@town@other.example/112",
            "",
        ),
    ],
)
def test_each_spelling_of_an_address_leads_to_one_page_and_one_frame(
    address: str, url: str, frame: str
) -> None:
    found = known(address)
    assert found is not None
    assert (found.url, found.frame) == (url, frame)
    assert known(url) is not None


@pytest.mark.parametrize(
    "address",
    [
        "https://www.youtube.com/@town",
        "https://www.youtube.com/watch?list=PLx",
        "https://www.youtube.com/embed/live_stream?channel=UCx",
        "https://www.youtube.com/embed/videoseries?x=1",
        "https://www.youtube.com.evil.example/watch?v=abc",
        "https://youtube.com@evil.example/watch?v=abc",
        "https://user:word@www.youtube.com/watch?v=abc",
        "https://www.youtube.com:8443/watch?v=abc",
        "https://www.youtube.com/watch/../embed/abc",
        "https://youtu.be/../abc",
        "https://youtu.be/abc%2f..",
        "https://youtu.be/abc/def",
        "https://youtu.be/ab\\c",
        "https://youtu.be/äbc",
        "https://youtu.be./abc",
        f"{WATCH}abc&v=def",
        f"{WATCH}a%22b",
        "ftp://youtu.be/abc",
        "javascript://youtu.be/abc%0aalert(1)",
        "/watch?v=abc",
        "youtu.be/abc",
        "https://youtu.be/about",
        "https://music.youtube.com/watch?v=abc",
        "https://www.instagram.com/share/reel/BA12345/",
        "https://shop.example/@brand/1234?variant=5&coupon=SAVE20",
        "https://shop.example/@brand/1234#5",
        "https://shop.example/@brand/1234&variant=5",
        "https://www.threads.net/@town/112",
        "https://vimeo.com/town",
        "https://player.vimeo.com/video/x",
        "https://x.com/town",
        "https://x.com/town/status/12a",
        "https://x.example/town/status/1",
        "https://platform.twitter.com/embed/Other.html?id=12",
        "https://www.instagram.com/town/",
        "https://evil.example/p/Abc/",
        "https://bsky.app/profile/town.example",
        "https://toot.example/@town",
        "https://toot.example:8443/@town/112",
        "http://toot.example/@town/112",
        "https://localhost/@town/112",
        "https://127.0.0.1/@town/112",
        "https://www.youtube.com/@town/112",
        "",
    ],
)
def test_an_odd_address_is_not_recognised(address: str) -> None:
    assert known(address) is None


PIECES = [
    "https://",
    "//",
    "youtu.be",
    "www.youtube.com",
    "x.com",
    "vimeo.com",
    "player.vimeo.com",
    "bsky.app",
    "/",
    "watch?v=",
    "embed/",
    "shorts/",
    "status/",
    "/profile/a.b/post/3",
    "abc",
    "12",
    "@",
    ":",
    "..",
    "?",
    "&",
    "list=",
    "t=",
    "#t=9",
    "%2e",
    '"',
    "<",
    "\\",
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=9).map("".join))
def test_every_known_address_leads_to_a_listed_host_in_plain_characters(address: str) -> None:
    found = known(address)
    if found is None:
        return
    assert not set('"<> \\') & set(found.url + found.frame)
    assert (
        not found.frame
        or f"{found.frame.split('/')[0]}//{found.frame.split('/')[2]}" in FRAME_HOSTS
    )
    again = known(found.url)
    assert again is not None
    assert (again.url, again.provider) == (found.url, found.provider)


@pytest.mark.parametrize(
    ("size", "ratio"),
    [
        (("560", "315"), "16:9"),
        (("640", "390"), "16:9"),
        (("480", "360"), "4:3"),
        (("315", "560"), "9:16"),
        (("100%", "315"), ""),
        (("1", "1"), ""),
        (("1000", "100"), ""),
        (("", ""), ""),
    ],
)
def test_a_plausible_size_of_a_frame_gives_its_ratio(size: tuple[str, str], ratio: str) -> None:
    assert ratio_of("youtube", *size) == ratio
    assert ratio_of("x", *size) == ""
