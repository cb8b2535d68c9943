"""A stranger's picture of unknown size gets a box of its own, unless words stand beside it."""

import pytest

from stoppress.newsroom.body.body import html, tree


@pytest.mark.parametrize(
    ("text", "boxes"),
    [
        ("<img src=/a.png alt=x>", 1),
        ("<p><a href=/b><img src=/a.png></a></p>", 1),
        ("<p><img src=/a.png><br>Words</p>", 1),
        ("<p><a href=/b><img src=/a.png></a> <img src=/b.png></p>", 2),
        ("<figure><img src=/a.png><figcaption>Words</figcaption></figure>", 1),
        ("<ul><li><img src=/a.png></li></ul>", 1),
        ("<p>A smile <img src=/smile.png alt=':-)'></p>", 0),
        ("<p><img src=/smile.png alt=':-)'> <em>Words</em></p>", 0),
        ("<p>Words <a href=/b><img src=/smile.png></a></p>", 0),
        ("<img src=/a.png width=600>", 1),
        ("<img src=/a.png width=600 height=400>", 0),
    ],
)
def test_a_picture_of_unknown_size_without_text_beside_it_gets_a_box(text: str, boxes: int) -> None:
    assert html(tree(text, "html")).count("data-unsized") == boxes
