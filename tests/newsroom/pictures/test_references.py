"""Texts name pictures as `picture:42`; a feed cannot."""

import pytest

from stoppress.ingest.sanitize import safe_html
from stoppress.newsroom.body import body
from stoppress.newsroom.pictures.references import picture_ids


@pytest.mark.parametrize(
    ("text", "body_format"),
    [
        ("![A storm](picture:42)", "markdown"),
        ("* item\n\n  ![A storm](picture:42)", "markdown"),
        ("[![A storm](picture:42)](/news)", "markdown"),
        ("| a |\n|---|\n| ![A storm](picture:42) |", "markdown"),
        ('<p><img src="picture:42" alt="A storm"></p>', "html"),
        ('<figure><img src=" picture:42 "><figcaption>Words</figcaption></figure>', "html"),
    ],
)
def test_a_text_names_a_picture(text: str, body_format: str) -> None:
    read = body.read(text, body_format)
    assert (picture_ids(read.tree), read.warnings) == ({42}, ())


@pytest.mark.parametrize(
    "address", ["picture:0", "picture:042", "picture:-1", "picture:x", "picture:", "/picture:42"]
)
def test_other_addresses_are_no_reference(address: str) -> None:
    assert picture_ids(body.tree(f'<img src="{address}" alt="A storm">', "html")) == set()


def test_only_a_picture_may_have_such_an_address() -> None:
    assert "picture:42" not in body.html(body.tree("[words](picture:42)"))


def test_the_title_of_a_reference_is_its_caption() -> None:
    assert body.tree('![A storm](picture:42 "The  harbour")') == [
        ["p", ["img", {"src": "picture:42", "alt": "A storm", "title": "The harbour"}]]
    ]


def test_a_reference_alone_is_not_written() -> None:
    assert body.html(body.tree("![A storm](picture:42)")) == "<p></p>"


def test_a_feed_names_no_picture_of_ours() -> None:
    safe = safe_html('<p>Words</p><img src="picture:42" alt="A storm">', "https://example.org/")
    assert safe == "<p>Words</p>"
