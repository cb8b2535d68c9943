import pytest

from stoppress.newsroom.body.address import link_address, safe_address


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://example.org/", "https://example.org/"),
        ("HTTP://example.org", "HTTP://example.org"),
        ("//example.org", "//example.org"),
        (" /a b ", "/a%20b"),
        ("https://example.org/a\nb\r\n\tc", "https://example.org/abc"),
        ("/a\x01b", None),
        ("?a=b:c", "?a=b:c"),
        ("./a:b", "./a:b"),
        ("a:b", None),
        ("javascript:x", None),
        ("java\tscript:x", None),
        ("\x01javascript:x", None),
        ("java\nscript:x", None),
        ("ftp://example.org", None),
        ("", None),
        ("/" + "x" * 2048, None),
    ],
)
def test_an_address_is_http_https_or_relative(address, kept):
    assert safe_address(address) == kept


@pytest.mark.parametrize("address", ["mailto:desk@paper.example", "tel:+4722", "TEL:1", "/x"])
def test_a_link_may_also_go_to_a_mail_or_a_telephone(address):
    assert link_address(address) == address


def test_a_scheme_that_was_wrapped_is_the_scheme_that_a_browser_finds():
    assert link_address("mailto\t:x") == "mailto:x"
    assert safe_address("mailto\t:x") is None


@pytest.mark.parametrize("address", ["javascript:x", "data:text/html,x", "sms:1", "java\nscript:x"])
def test_a_link_goes_nowhere_else(address):
    assert link_address(address) is None


def test_a_picture_has_no_mail_address():
    assert safe_address("mailto:desk@paper.example") is None
