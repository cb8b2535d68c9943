import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from stoppress.site.web.form_encoding import FormEncoding

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"


def status(content_type):
    request = RequestFactory().generic("POST", "/", b"a=b", content_type=content_type)
    return FormEncoding(lambda request: HttpResponse())(request).status_code


@pytest.mark.parametrize("kind", [FORM, MULTIPART])
@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=UTF8", "; charset=us-ascii"])
def test_a_form_in_utf8_is_read(kind, charset):
    assert status(kind + charset) == 200


@pytest.mark.parametrize("kind", [FORM, MULTIPART])
@pytest.mark.parametrize(
    "charset", ["latin1", "utf-7", "hex", "idna", "undefined", "raw_unicode_escape", "none"]
)
def test_a_form_in_another_encoding_is_refused(kind, charset):
    assert status(f"{kind}; charset={charset}") == 415


def test_a_body_that_is_not_a_form_is_left_to_the_view():
    assert status("application/json; charset=latin1") == 200
