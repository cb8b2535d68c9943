"""The pages for frames: what they show, to whom, and what they never keep."""

import re
from typing import Any

import pytest
from django.test import Client

from stoppress.newsroom.publishing import correct_article, retract_article, update_article
from tests.newsroom.desk import draft, live_story, post, public, section
from tests.newsroom.pictures.made import picture

pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    return str(response.content.decode())


def page(address: str, status: int = 200) -> str:
    response = Client().get(address)
    assert response.status_code == status
    assert not response.cookies and "Cookie" not in response.get("Vary", "")
    return text(response)


def headlines(html: str) -> list[str]:
    return re.findall(r"<h2[^>]*><a [^>]*>([^<]+)</a>", html)


def test_a_section_shows_its_newest_five_or_as_many_as_the_address_asks_for() -> None:
    world = section()
    for n in range(12):
        public(f"News {n}", section=world)
    public("Elsewhere", section=section("town"))
    for query, count in {
        "": 5,
        "?items=3": 3,
        "?items=10": 10,
        "?items=7": 5,
        "?items=x": 5,
    }.items():
        html = page(f"/embed/section/world/{query}")
        assert headlines(html) == [f"News {n}" for n in range(11, 11 - count, -1)]
        assert f'data-most="{count}"' in html and f'limit="{count}"' in html


def test_the_theme_comes_from_the_device_or_the_address() -> None:
    section()
    dark = re.compile(r'<link rel="stylesheet"\s+href="[^"]*framed-dark[^"]*"\s*([^>]*)>')
    for query, media, scheme in (
        ("", ['media="(prefers-color-scheme: dark)"'], "light dark"),
        ("?theme=dark", [""], "dark"),
        ("?theme=light", [], "light"),
        ("?theme=%22%3E", ['media="(prefers-color-scheme: dark)"'], "light dark"),
    ):
        html = page(f"/embed/section/world/{query}")
        assert dark.findall(html) == media
        assert f'<meta name="color-scheme" content="{scheme}">' in html


def test_an_article_is_there_with_its_picture_and_leads_to_its_page() -> None:
    made = public(
        "Bridge shut", summary="Since nine.", section=section(), image=picture(), language="de"
    )
    html = page(f"/embed/articles/{made.pk}/")
    assert "<h1" in html and "Bridge shut" in html and "Since nine." in html and "<img" in html
    assert f'<a href="/articles/{made.pk}/">' in html and '<base target="_blank">' in html
    assert '<html lang="de"' in html
    # No words of it where no event would change them.
    assert "<title>Stop Press</title>" in html
    assert '<meta name="robots" content="noindex">' in html


def test_a_live_story_shows_its_newest_posts_and_a_post_leads_to_its_story() -> None:
    storm = live_story()
    made = [post(storm, f"Post {n}") for n in range(6)]
    html = page(f"/embed/articles/{storm.pk}/?items=3")
    assert [n for n in range(6) if f"Post {n}" in html] == [3, 4, 5]
    response = Client().get(f"/embed/articles/{made[0].pk}/")
    assert (response.status_code, response["Location"]) == (302, f"/embed/articles/{storm.pk}/")


def test_a_private_or_missing_address_gets_a_404_in_the_frame() -> None:
    for address in (
        f"/embed/articles/{draft('Secret').pk}/",
        "/embed/articles/999/",
        "/embed/section/moon/",
    ):
        html = page(address, 404)
        assert 'class="frame"' in html and "Secret" not in html


def test_a_withdrawn_article_shows_only_its_note() -> None:
    for made in (public("Canary", section=section(), summary="Canary."), live_story("Canary")):
        if made.is_live:
            post(made, "Canary")
        retract_article(made, "It was wrong.")
        html = page(f"/embed/articles/{made.pk}/", 410)
        assert "It was wrong." in html and "Canary" not in html
    assert "Canary" not in page("/embed/section/world/")


def test_a_page_is_fresh_until_what_it_shows_changes() -> None:
    made = public("Bridge shut", section=section())
    addresses = ["/embed/section/world/", f"/embed/articles/{made.pk}/?theme=dark"]
    for change in (
        lambda: update_article(made, {"summary": "Since nine."}),
        lambda: correct_article(made, "It was ten.", {"summary": "Since ten."}),
        lambda: retract_article(made, "It was never so."),
    ):
        tags = {each: Client().get(each)["ETag"] for each in addresses}
        for address, tag in tags.items():
            assert Client().get(address, headers={"If-None-Match": tag}).status_code == 304
        change()
        for address, tag in tags.items():
            assert Client().get(address, headers={"If-None-Match": tag}).status_code != 304


def test_each_answer_names_the_sites_that_may_frame_it(settings: Any) -> None:
    settings.STOPPRESS_FRAME_ANCESTORS = ["https://club.example"]
    made, gone = public("Bridge shut", section=section()), public("Gone")
    retract_article(gone, "It was never so.")
    shown = f"/embed/articles/{made.pk}/"
    tag = Client().get(shown)["ETag"]
    for status, response in {
        200: Client().get(shown),
        304: Client().get(shown, headers={"If-None-Match": tag}),
        404: Client().get("/embed/articles/999/"),
        405: Client().post(shown),
        410: Client().get(f"/embed/articles/{gone.pk}/"),
    }.items():
        assert response.status_code == status
        assert "X-Frame-Options" not in response, status
        policy = response.get("Content-Security-Policy", "")
        # No reader comes to a 405: a browser shows it in no frame at all.
        who = "'none'" if status == 405 else "https://club.example"
        assert f"frame-ancestors {who};" in f"{policy};", status
    for other in ("/embed/moon/", made.get_absolute_url(), "/embed/frame.js"):
        assert Client().get(other)["X-Frame-Options"] == "DENY", other
