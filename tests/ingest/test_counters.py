"""Pictures that are there to count readers."""

import time

import pytest

from stoppress.ingest.counters import (
    counts_readers,
    counts_readers_at_the_end,
    without_hidden_pictures,
)


@pytest.mark.parametrize(
    "image",
    [
        {"src": "https://x.example/a.png", "width": "1", "height": "1"},
        {"src": "https://x.example/a.png", "width": "0", "height": "1px", "alt": "x"},
        {"src": "https://x.example/a.png", "height": "1"},
        {"src": "https://pix.example/1.gif"},
        {"src": "https://ads.example/1.jpg", "alt": "Buy"},
        {"src": "https://stats.x.example/1.gif", "alt": ""},
        {"src": "https://x.example/~r/feed/~4/1abc"},
        {"src": "https://x.example/pixel.gif?n=1"},
    ],
)
def test_a_counter_is_one(image: dict[str, str]) -> None:
    assert counts_readers(image)


@pytest.mark.parametrize(
    "image",
    [
        {"src": "https://x.example/a.png"},
        {"src": "https://x.example/a.png", "width": "640", "height": "2"} | {"alt": "A line"},
        {"src": "https://stats.x.example/growth.png", "alt": "Growth since 1999"},
        {"src": "https://x.example/pixels-of-the-past.jpg"},
    ],
)
def test_a_picture_is_none(image: dict[str, str]) -> None:
    assert not counts_readers(image)


def test_after_the_last_word_a_picture_without_any_name_is_a_counter() -> None:
    assert counts_readers_at_the_end({"src": "https://x.example/p?n=1"})
    assert not counts_readers_at_the_end({"src": "https://x.example/p?n=1", "alt": "Fire"})
    assert not counts_readers_at_the_end({"src": "https://x.example/p.jpg?n=1"})


@pytest.mark.parametrize(
    "hidden",
    [
        "style='display:none'",
        'style="margin: 0; visibility : hidden"',
        "hidden",
        'style="opacity:0"',
    ],
)
def test_a_picture_that_its_style_hides_is_left_out(hidden: str) -> None:
    html = f'<p>a<IMG src="https://x.example/17" {hidden}>b<img src="/hidden.jpg"></p>'
    assert without_hidden_pictures(html) == '<p>ab<img src="/hidden.jpg"></p>'


@pytest.mark.parametrize("odd", ["<img " * 200_000, "<img style=display" + " " * 900_000, "<img '"])
def test_hostile_html_costs_no_time(odd: str) -> None:
    started = time.process_time()
    without_hidden_pictures(odd + ">")
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "picture",
    [
        '<img src="/a.jpg" alt="A hidden camera in the palace">',
        '<img src="/a.jpg" title="the hidden truth">',
        '<img src="/a.jpg" alt="display:none is CSS">',
        '<img class="lazy" style="opacity:0" data-src="/real.jpg" alt="x">',
        '<img style="visibility:hidden" data-src="https://x.example/real.jpg">',
        '<img style="width:100px;height:1px" src="/rule.png">',
    ],
)
def test_a_word_hides_no_picture_nor_does_a_style_that_a_script_will_change(picture: str) -> None:
    assert without_hidden_pictures(picture) == picture


@pytest.mark.parametrize(
    "hidden",
    [
        '<img style="width:1px;height:1px" src="/t.png">',
        '<img style="border:0; width:0; height:0" src="/t.gif">',
        '<img alt="a > b" style="display:none" src="/t.gif">',
        "<img style='display: none !important' src='/t.gif'>",
    ],
)
def test_a_picture_too_small_to_see_is_left_out_whatever_its_text_says(hidden: str) -> None:
    assert without_hidden_pictures(f"a{hidden}b") == "ab"


@pytest.mark.parametrize(
    "image",
    [
        {"src": "https://pixel.magazine.example/imgs/a.jpg", "alt": "Mayor"},
        {"src": "https://x.example/google-pixel-9-review.jpg"},
        {"src": "https://stats.example/chart1.png"},
    ],
)
def test_a_picture_that_says_something_counts_nobody(image: dict[str, str]) -> None:
    assert not counts_readers(image)
