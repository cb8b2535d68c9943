import pytest

from stoppress.ingest.papers.body import as_ours, picture_numbers
from stoppress.newsroom.body.body import html, read

BASE = "https://first.example/articles/17/"
OURS = {42: "picture:7", 4: "picture:42", 5: "https://first.example/media/5/a/640.jpg"}


@pytest.mark.parametrize(
    ("body", "here"),
    [
        ("It *opens* [here](https://a.example/).", "It *opens* [here](https://a.example/)."),
        ("![B](picture:42) and ![C](picture:4)", "![B](picture:7) and ![C](picture:42)"),
        ("![B](picture:5)", "![B](https://first.example/media/5/a/640.jpg)"),
        ("[a](/articles/3/)", "[a](https://first.example/articles/3/)"),
        ("[a](../3/) and [b](#note)", "[a](https://first.example/articles/3/) and [b](#note)"),
        ("[a][1]\n\n[1]: /about/", "[a][1]\n\n[1]: https://first.example/about/"),
        ("<b>x</b> [a](mailto:a@b.example)", "<b>x</b> [a](mailto:a@b.example)"),
    ],
)
def test_the_text_is_kept_and_its_addresses_are_made_absolute(body, here):
    assert as_ours(body, "markdown", OURS, BASE) == (here, "markdown")


def test_html_is_kept_as_html():
    body = '<p><img src="picture:42" alt="B"> <a href="/about/">us</a></p>'
    here = '<p><img src="picture:7" alt="B"> <a href="https://first.example/about/">us</a></p>'
    assert as_ours(body, "html", OURS, BASE) == (here, "html")


def test_a_text_that_shows_its_address_reads_the_same():
    body = "The page [/about/](/about/) is at /about/."
    here, body_format = as_ours(body, "markdown", OURS, BASE)
    assert html(read(here, body_format).tree) == (
        '<p>The page <a href="https://first.example/about/">/about/</a> is at /about/.</p>'
    )


def test_the_pictures_of_a_text_are_found():
    assert picture_numbers("![B](picture:42), not picture:4 or ![C](/c.png)", "markdown") == {42}
