"""The sites that may show pages in a frame."""

import pytest
from django.test import Client

from stoppress.site.web.frame_ancestors import are_ancestors
from tests.newsroom.desk import public, section

CLUB = "https://club.example"


@pytest.mark.parametrize(
    "word",
    ["*", CLUB, "https://*.club.example:8443", "http://localhost:8000", "capacitor://localhost"],
)
def test_an_ancestor_is_an_origin_with_or_without_all_below_it(word):
    assert are_ancestors([word])


@pytest.mark.parametrize(
    "word",
    [
        *("club.example", "https://club.example/", "https://", "https:", "'none'", "'self'"),
        *("https://club.example; script-src *", "https://a.example https://b.example"),
        *("https://*", "https://club.*", "https://club.example:port", "https://club.example\n"),
    ],
)
def test_an_ambiguous_origin_or_one_that_ends_the_directive_is_refused(word):
    assert not are_ancestors([CLUB, word])


def framing(response):
    policy = response["Content-Security-Policy"].split("; ")
    [line] = [each for each in policy if each.startswith("frame-ancestors")]
    return line.removeprefix("frame-ancestors "), response.get("X-Frame-Options")


@pytest.mark.django_db
def test_named_sites_may_frame_only_the_pages_made_for_framing(settings):
    made = public(section=section())
    framed = ["/embed/section/world/", f"/embed/articles/{made.pk}/", "/embed/section/moon/"]
    others = ["/", f"/articles/{made.pk}/", "/admin/login/", "/nowhere", "/embed/nowhere/"]
    for address in framed:
        assert framing(Client().get(address)) == ("'none'", None)
    settings.STOPPRESS_FRAME_ANCESTORS = [CLUB, "https://*.town.example"]
    # A site's own lines do not take the place of those that say who may frame a page.
    settings.STOPPRESS_POLICY = {"font-src": ["https://fonts.example"]}
    for address in framed:
        response = Client().get(address)
        assert framing(response) == (f"{CLUB} https://*.town.example", None)
        assert "https://fonts.example" in response["Content-Security-Policy"]
    for address in others:
        assert framing(Client().get(address)) == ("'none'", "DENY")
    fresh = Client().get(framed[0], headers={"If-None-Match": Client().get(framed[0])["ETag"]})
    assert fresh.status_code == 304 and framing(fresh)[0].startswith(CLUB)
