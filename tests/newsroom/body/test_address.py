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
def test_a_link_may_have_a_mail_address_or_a_telephone_number(address):
    assert link_address(address) == address


def test_a_scheme_with_line_breaks_is_read_as_a_browser_reads_it():
    assert link_address("mailto\t:x") == "mailto:x"
    assert safe_address("mailto\t:x") is None


@pytest.mark.parametrize("address", ["javascript:x", "data:text/html,x", "sms:1", "java\nscript:x"])
def test_no_other_scheme_is_a_link(address):
    assert link_address(address) is None


def test_a_picture_has_no_mail_address():
    assert safe_address("mailto:desk@paper.example") is None
