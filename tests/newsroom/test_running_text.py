import pytest

from stoppress.newsroom.body.body import read
from stoppress.newsroom.running_text import lines


def test_a_text_has_a_line_for_each_block():
    text = (
        "## Head\n\nOne *two*\nthree.\n\n3. First\n4. Second\n\n> Said~~so~~.\n\n![A boat](/b.png)"
    )
    assert lines(read(text, "markdown").tree) == [
        "Head",
        "One two three.",
        "3. First",
        "4. Second",
        "Saidso.",
        "[A boat]",
    ]


def test_an_embed_is_a_line_of_its_title_and_its_address():
    text = "[The *pier*](https://youtu.be/abc)\n\nhttps://vimeo.com/12"
    assert lines(read(text).tree) == [
        "The pier https://www.youtube.com/watch?v=abc",
        "https://vimeo.com/12",
    ]


def test_cells_are_lines_and_raised_letters_stay_in_their_word():
    html = "<table><tr><th>Place</th><td>10 m<sup>2</sup></td></tr></table>"
    assert lines(read(html, "html").tree) == ["Place", "10 m²"]


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        ("![A storm](picture:42)", "[A storm]"),
        ('![A storm](picture:42 "At noon")', "[A storm – At noon]"),
        ("![](picture:42)", "[picture:42]"),
    ],
)
def test_a_picture_of_ours_is_named(picture, words):
    assert lines(read(picture, "markdown").tree) == [words]
