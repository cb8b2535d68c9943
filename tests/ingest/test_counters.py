"""Pictures that only count readers."""

import pytest

from stoppress.ingest.counters import counts_readers, counts_readers_at_the_end


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
        {"src": "https://x.example/a/1x1.png"},
        {"src": "https://tracker.x.example/open.gif"},
        {"src": "https://vg08.met.vgwort.de/na/1f"},
        {"src": "https://b.scorecardresearch.com/p?c1=2"},
        {"src": "https://x.example/matomo.php?idsite=1&rand=2"},
    ],
)
def test_a_counting_picture_is_recognised(image: dict[str, str]) -> None:
    assert counts_readers(image)


@pytest.mark.parametrize(
    "image",
    [
        {"src": "https://x.example/a.png"},
        {"src": "https://x.example/a.png", "width": "640", "height": "2"} | {"alt": "A line"},
        {"src": "https://stats.x.example/growth.png", "alt": "Growth since 1999"},
        {"src": "https://x.example/pixels-of-the-past.jpg"},
        {"src": "https://x.example/google-pixel-9-review.jpg"},
        {"src": "https://x.example/pixel/camera.jpg"},
        {"src": "https://pixel.x.example/imgs/a.jpg"},
        {"src": "https://pixel.x.example/17", "alt": "The mayor"},
        {"src": "https://stats.example/chart1.png"},
        {"src": "https://www.vgwort.de/imgs/logo.png"},
        {"src": "https://www.vgwort.de/17", "alt": "The mayor"},
        {"src": "https://x.example/matomo/camera.jpg"},
    ],
)
def test_a_real_picture_is_not_a_counter(image: dict[str, str]) -> None:
    assert not counts_readers(image)


def test_an_unnamed_picture_after_the_last_word_is_a_counter() -> None:
    assert counts_readers_at_the_end({"src": "https://x.example/p?n=1"})
    assert not counts_readers_at_the_end({"src": "https://x.example/p?n=1", "alt": "Fire"})
    assert not counts_readers_at_the_end({"src": "https://x.example/p.jpg?n=1"})
