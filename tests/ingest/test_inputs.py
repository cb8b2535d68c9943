"""Documents that feed readers often misread: the articles that the command makes of them."""

from pathlib import Path

import pytest
from django.utils import timezone

from stoppress.newsroom.models import Article
from tests.services.web import Web

from .test_follow_command import run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_network")]

INPUTS = Path(__file__).parent / "inputs"
DATES = {
    "slashes": "2026-01-05T15:07:41",
    "cest": "2026-06-27T06:15:00",
    "cet": "2026-01-05T07:15:00",
    "bst": "2026-06-27T07:15:00",
    "jst": "2026-01-04T23:15:00",
    "aest": "2026-06-26T22:15:00",
    "utc-name": "2026-01-05T10:00:00",
    "twodigit": "2026-01-05T19:05:03",
    "edt": "2026-06-27T12:15:00",
    "frac": "2026-01-05T08:00:00",
    "gmtplus": "2026-01-05T08:00:00",
    "pm": "2026-01-05T21:00:00",
}


def follow(web: Web, name: str, path: str = "/feed.xml") -> str:
    body = (INPUTS / f"{name}.xml").read_bytes()
    return run(web.serve(path, body, content_type="application/rss+xml; charset=utf-8"))


def test_the_caption_of_a_photo_is_not_the_story(web: Web) -> None:
    assert "4 entries, 4 new\n" in follow(web, "photo-caption-is-not-the-story")
    summaries = dict(Article.objects.values_list("headline", "summary"))
    assert summaries == {
        "Ferry resumes": "The ferry sails again from noon.",
        "Bridge closes": "The bridge is shut for works.",
        "Market moves": "Stalls go to the old square.",
        "School opens": "Short teaser.",
    }
    bodies = " ".join(Article.objects.values_list("body", flat=True))
    assert "The whole story of the school." in bodies
    assert "boat" not in bodies


def test_a_real_date_is_read_as_documented(web: Web) -> None:
    now = timezone.now()
    follow(web, "dates-in-the-wild")
    for article in Article.objects.all():
        moment = DATES[str(article.external_id).rpartition(" ")[2]]
        assert article.first_published is not None
        if moment < f"{now:%Y-%m-%dT%H:%M:%S}":  # a future date becomes the present
            assert f"{article.first_published:%Y-%m-%dT%H:%M:%S}" == moment, article.headline
    assert Article.objects.count() == len(DATES)


def test_one_bad_byte_costs_one_letter(web: Web) -> None:
    follow(web, "one-bad-byte")
    follow(web, "one-bad-byte-later")
    summaries = dict(Article.objects.values_list("headline", "summary"))
    assert summaries == {
        "Šiauliai žaidžia": "Plain.",
        "北京の春": "Plain.",
        "Œuvre à Orléans – 100 €": "Caf� closed",
        "Žalia šviesa": "A teaser that was cut in mid-lett�…",
        "Москва весной": "Plain.",
    }


def test_addresses_are_relative_to_the_base_in_force(web: Web) -> None:
    follow(web, "relative-addresses", "/ongoing/feed.atom")
    bird, point = Article.objects.get(headline="Bird"), Article.objects.get(headline="Point")
    assert 'src="https://p.example/posts/images/bird.jpg"' in bird.body
    assert 'href="https://p.example/x"' in bird.body
    assert point.original_url == f"{web.url}/ongoing/When/2026/FC2"
    assert f'href="{web.url}/ongoing/When/2026/other"' in point.body


def test_addresses_in_rss_are_relative_to_the_base_or_else_to_the_link(web: Web) -> None:
    follow(web, "relative-addresses-in-rss")
    sub, wheels = Article.objects.get(headline="Sub"), Article.objects.get(headline="Wheels")
    assert sub.original_url == "https://p.example/sub/post/1"
    assert 'src="https://p.example/sub/i.png"' in sub.body
    assert 'src="https://v.example/blog/how-to/wheels.png"' in wheels.body
