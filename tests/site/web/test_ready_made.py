import gzip

import brotli
import pytest

from stoppress.site.web.ready_made import ReadyMade

SCRIPT = [(b"content-type", b"text/javascript"), (b"cache-control", b"max-age=60, public")]
TEXT = b"export const answer = 42;\n" * 40


def answer(ready: ReadyMade, takes_gzip: bool = False, condition: bytes = b"", head: bool = False):
    return answer_in({"gzip"} if takes_gzip else set(), ready, condition, head)


def answer_in(codings: set[str], ready: ReadyMade, condition: bytes = b"", head: bool = False):
    status, headers, body = ready.form(codings.__contains__).answer(condition, head)
    assert len({name for name, _ in headers}) == len(headers)
    return status, dict(headers), body


def test_a_text_has_two_forms_with_different_tags() -> None:
    ready = ReadyMade(200, SCRIPT, TEXT)
    _, plain, whole = answer(ready)
    _, packed, small = answer(ready, takes_gzip=True)
    assert whole == TEXT == gzip.decompress(small) and len(small) < len(TEXT) / 4
    assert packed[b"content-encoding"] == b"gzip" and b"content-encoding" not in plain
    for headers, body in ((plain, whole), (packed, small)):
        assert headers[b"content-length"] == str(len(body)).encode()
        assert headers[b"vary"] == b"Accept-Encoding"
        assert headers[b"content-type"] == b"text/javascript"
        assert headers[b"etag"].startswith(b'"')
    assert plain[b"etag"] != packed[b"etag"]


@pytest.mark.parametrize("size", [len(TEXT), 200_000])
def test_a_reader_who_takes_brotli_gets_the_smallest_form(size: int) -> None:
    text = (TEXT * (size // len(TEXT) + 1))[:size]
    ready = ReadyMade(200, SCRIPT, text)
    _, told, small = answer_in({"br", "gzip"}, ready)
    assert (told[b"content-encoding"], brotli.decompress(small)) == (b"br", text)
    assert len(small) < len(answer(ready, takes_gzip=True)[2])
    assert told[b"etag"].endswith(b'-br"')


def test_two_servers_have_the_same_bytes_for_the_same_tag() -> None:
    assert answer(ReadyMade(200, SCRIPT, TEXT), True) == answer(ReadyMade(200, SCRIPT, TEXT), True)


def test_a_change_to_one_responses_headers_does_not_reach_another() -> None:
    form = ReadyMade(200, SCRIPT, TEXT).form(lambda _: False)
    form.answer(b"", False)[1].clear()
    assert form.answer(b"", False)[1]


@pytest.mark.parametrize("takes_gzip", [False, True])
def test_a_reader_with_the_current_version_gets_304(takes_gzip: bool) -> None:
    ready = ReadyMade(200, SCRIPT, TEXT)
    tag = answer(ready, takes_gzip)[1][b"etag"]
    for condition in (tag, b"W/" + tag, b'"x", ' + tag, b"*"):
        status, headers, body = answer(ready, takes_gzip, condition)
        assert (status, body, headers[b"etag"]) == (304, b"", tag)
        assert headers[b"cache-control"] == b"max-age=60, public"
        assert not headers.keys() & {b"content-length", b"content-type", b"content-encoding"}
    for condition in (b'"x"', b"rubbish", answer(ready, not takes_gzip)[1][b"etag"]):
        assert answer(ready, takes_gzip, condition)[0] == 200


def test_a_head_has_the_length_of_the_body_that_is_left_out() -> None:
    _, headers, body = answer(ReadyMade(200, SCRIPT, TEXT), True, head=True)
    assert body == b"" and int(headers[b"content-length"]) > 0


@pytest.mark.parametrize(
    ("content_type", "body"),
    [(b"text/css", b"a{}"), (b"image/png", b"\x00" * 5000), (b"font/woff2", b"\x00" * 5000)],
)
def test_a_short_or_compressed_body_has_one_form(content_type: bytes, body: bytes) -> None:
    ready = ReadyMade(200, [(b"content-type", content_type)], body)
    assert ready.form(True) is ready.form(False) and ready.size == len(body)
    assert b"vary" not in answer(ready)[1]


def test_a_redirect_has_no_tag_and_no_condition() -> None:
    ready = ReadyMade(302, [(b"location", b"/api/docs")], b"")
    status, headers, _ = answer(ready, condition=b"*")
    assert status == 302 and b"etag" not in headers and headers[b"location"] == b"/api/docs"
