"""`as_text`: an invalid byte is lost, and the rest of the document is decoded as usual."""

import pytest

from stoppress.ingest.charset import as_text
from tests.effort import no_more_cpu_than

WORDS = "Šiauliai žaidžia, 北京の春, Œuvre à Orléans – 100 €, Москва 🎉"
CYRILLIC = "Привет, Москва"


def declared(name: str, words: str) -> str:
    return f'<?xml version="1.0" encoding="{name}"?><rss><title>{words}</title></rss>'


@pytest.mark.parametrize(
    "bad",
    [
        b"Caf\xe9 closed",  # one letter of Latin-1
        b"mid-lett\xc5",  # cut off in a letter of two bytes
        b"mid-lett\xe5\x8c",  # of three
        b"mid-lett\xf0\x9f\x8e",  # of four
        b"\x80 alone",
        b"\xc0\xaf too long",
        b"\xed\xa0\x80 half a pair",
        b"\xff\xfe",
    ],
)
@pytest.mark.parametrize(
    "start", ['<?xml version="1.0" encoding="utf-8"?>', "<?xml version='1.0'?>"]
)
@pytest.mark.parametrize("header", ["", "text/xml", "text/xml; charset=utf-8"])
def test_a_byte_that_is_not_utf_8_is_lost_and_no_other(bad: bytes, start: str, header: str) -> None:
    body = f"{start}<rss><a>{WORDS}</a><b>".encode() + bad + f"</b><c>{WORDS}</c></rss>".encode()
    text, flaw = as_text(body, header)
    before, _, rest = text.partition("<b>")
    broken, _, after = rest.partition("</b>")
    assert before == f"{start}<rss><a>{WORDS}</a>"
    assert after == f"<c>{WORDS}</c></rss>"
    assert "�" in broken
    plain = bad.decode("ascii", "ignore")
    assert broken.replace("�", "") == plain
    assert flaw == "it has bytes that are not utf-8"


def test_the_header_comes_before_the_declaration() -> None:
    body = declared("utf-8", CYRILLIC).encode("windows-1251")
    assert as_text(body, "text/xml; charset=windows-1251")[0] == declared("utf-8", CYRILLIC)


def test_a_mark_at_the_start_comes_before_both() -> None:
    body = declared("windows-1251", CYRILLIC).encode("utf-8-sig")
    assert as_text(body, "text/xml; charset=iso-8859-1") == (declared("windows-1251", CYRILLIC), "")


@pytest.mark.parametrize("name", ["iso-8859-1", "windows-1252", "us-ascii", "koi8-r", "gb2312"])
@pytest.mark.parametrize("where", ["header", "declaration"])
def test_utf_8_by_another_name_is_utf_8(name: str, where: str) -> None:
    text = declared(name if where == "declaration" else "utf-8", WORDS)
    header = f"text/xml; charset={name}" if where == "header" else ""
    assert as_text(text.encode(), header)[0] == text


def test_utf_8_by_another_name_loses_no_more_than_a_broken_byte() -> None:
    body = declared("iso-8859-1", f"{WORDS}|").encode() + b"\xe9"
    assert as_text(body)[0] == declared("iso-8859-1", f"{WORDS}|") + "�"


def test_the_declaration_counts_if_the_header_is_wrong() -> None:
    text = declared("windows-1251", CYRILLIC)
    assert as_text(text.encode("windows-1251"), "text/xml; charset=utf-8") == (text, "")


@pytest.mark.parametrize(
    "name", ["", "utf-8", "us-ascii", "bogus", "rot13", "utf-7", "idna", "hex"]
)
def test_a_western_page_without_a_declared_encoding_is_read(name: str) -> None:
    text = declared(name, "Café, fiancée – 100 €, «né»")
    text = text if name else text.replace(' encoding=""', "")
    assert as_text(text.encode("windows-1252"))[0] == text


def test_a_western_page_that_quotes_utf_8_is_read_with_what_it_quotes() -> None:
    quoting = b"<a>" + b"It\x92s caf\xe9. " * 11 + "don’t 🎉</a>".encode()
    assert as_text(quoting)[0] == "<a>" + "It’s café. " * 11 + "don’t 🎉</a>"


def test_a_teaser_in_english_that_is_cut_off_loses_its_last_letter() -> None:
    assert as_text(b"<a>He said \xe2\x80</a>")[0] == "<a>He said �</a>"


@pytest.mark.parametrize(
    ("name", "written", "words"),
    [
        ("iso-8859-1", "windows-1252", "“Café” – 100 €"),
        ("iso-8859-15", "iso-8859-15", "Café, 100 €"),
        ("iso-8859-5", "iso-8859-5", "США, Привет"),
        ("iso-8859-9", "windows-1254", "Işık – ğ"),
        ("windows-1251", "windows-1251", CYRILLIC),
        ("koi8-r", "koi8-r", CYRILLIC),
        ("gb2312", "gb18030", "北京的春天來了,鎔"),
        ("shift_jis", "cp932", "東京①の春"),
        ("euc-jp", "euc-jp", "東京の春"),
        ("iso-2022-jp", "iso-2022-jp", "東京の春"),
        ("big5", "big5", "台北的春天"),
        ("big5", "big5hkscs", "香港嘅春天①"),
        ("x-sjis", "cp932", "東京①の春"),
        ("Windows-31J", "cp932", "東京①の春"),
        ("x-gbk", "gb18030", "北京的春天來了,鎔"),
        ("windows-874", "cp874", "ไทย – ฤดูใบไม้ผลิ"),
        ("iso-8859-8-i", "iso-8859-8", "שלום"),
        ("iso-8859-6-e", "iso-8859-6", "سلام"),
        ("x-mac-cyrillic", "mac-cyrillic", CYRILLIC),
        ("iso88591", "windows-1252", "“Café” – 100 €"),
        ("euc-kr", "cp949", "서울의 봄 똠"),
    ],
)
def test_an_encoding_is_read_as_browsers_read_it(name: str, written: str, words: str) -> None:
    text = declared(name, words)
    assert as_text(text.encode(written)) == (text, "")
    assert as_text(text.encode(written), f"text/xml; charset={name}") == (text, "")


@pytest.mark.parametrize(("name", "bad"), [("euc_jp", b"\xff"), ("windows-1252", b"\x81")])
def test_a_byte_that_another_encoding_does_not_know_is_lost_and_no_other(
    name: str, bad: bytes
) -> None:
    words = "東京の春" if name == "euc_jp" else "Café"
    body = declared(name, f"{words}|{words}").encode(name).replace(b"|", bad)
    text, flaw = as_text(body)
    assert text == declared(name, f"{words}�{words}")
    assert flaw == f"it has bytes that are not {name.replace('windows-', 'cp')}"


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
@pytest.mark.parametrize("rest", [b"", b"\x00"])
def test_utf_16_and_utf_32_are_recognised_by_their_zeros(name: str, mark: str, rest: bytes) -> None:
    text = declared("utf-16", WORDS)
    found, flaw = as_text((mark + text).encode(name) + rest, "text/xml; charset=utf-8")
    assert found == text
    assert flaw == ("it ends in the middle of a character" if rest else "")


def test_a_lone_surrogate_in_utf_16_is_lost_and_nothing_else() -> None:
    body = f"\ufeff<a>{WORDS}".encode("utf-16-le") + b"\x00\xd8" + "|</a>".encode("utf-16-le")
    assert as_text(body)[0] == f"<a>{WORDS}�|</a>"


def test_a_document_that_wrongly_declares_utf_16_is_read() -> None:
    text = declared("utf-16", WORDS)
    assert as_text(text.encode(), "text/xml; charset=utf-16") == (text, "")


def test_characters_that_xml_does_not_allow_are_left_out() -> None:
    text, flaw = as_text("<a>1\x00\x08\x0b\x1f\ufffe2\t\r\n\x85</a>".encode())
    assert text == "<a>12\t\r\n\x85</a>"
    assert flaw == "it has characters that XML does not allow"


@pytest.mark.slow("it measures long documents")
@pytest.mark.parametrize(
    "body",
    [
        b"\xff" * 5_000_000,
        b"\xe1\x80" * 2_500_000,
        b"\xc3\xa9\xff" * 1_700_000,
        b"\xe9" * 5_000_000,
    ],
)
def test_a_document_of_broken_bytes_is_read_in_time(body: bytes) -> None:
    with no_more_cpu_than(10):
        as_text(body)


def test_an_unclosed_declaration_is_read_in_time() -> None:
    with no_more_cpu_than(1):
        as_text(b"<?xml " + b"encoding=" * 500_000)
