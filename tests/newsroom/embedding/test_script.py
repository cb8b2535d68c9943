"""The script for other sites' pages."""

from django.test import Client


def test_the_script_has_one_address_that_caches_ask_about_every_few_minutes() -> None:
    response = Client().get("/embed/frame.js")
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=300"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert b"createElement" in response.content and not response.cookies
    again = Client().get("/embed/frame.js", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304 and again["ETag"] == response["ETag"]
