"""A story as static files: what readers see of it, without a server."""

import json
import re
import stat
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from stoppress.newsroom.publishing import correct_article, create_article, retract_article
from tests.newsroom.desk import draft, live_story, post, public, section
from tests.transfer import paper

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r'(?:href|src|srcset)="([^"]*)"')


def exported(pk: int, tmp_path: Path) -> dict[str, bytes]:
    """Export a story; return its files by name."""
    file = tmp_path / f"{pk}.zip"
    call_command("export", str(file), story=pk)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with zipfile.ZipFile(file) as folder:
        return {name: folder.read(name) for name in folder.namelist()}


def addresses(page: str) -> list[str]:
    found = [each for value in ADDRESS.findall(page) for each in value.split(", ")]
    return [each.split(" ")[0] for each in found]


def test_a_live_story_is_a_folder_that_needs_nothing_else(tmp_path):
    lead = paper.picture("lead")
    storm = live_story(
        "Storm", section=section("town"), image=lead, topics=[], body="We know this."
    )
    first = post(storm, "A tree fell", body=f"Look.\n\n![A view]({lead.reference})")
    correct_article(first, "It was an oak.", {"headline": "An oak fell"})
    link = f"See [the tree]({first.get_absolute_url()}), [the town](/section/town/) and [x](https://x.org/)."
    later = post(storm, "More", body=link, key_event=True)
    retract_article(post(storm, "Wrong", body="a-withdrawn-word"), "No such tree.")
    create_article({"headline": "a-draft"}, parent=storm)
    for number in range(35):  # more than a page has
        post(storm, f"Post {number}")
    files = exported(storm.pk, tmp_path)
    page = files["index.html"].decode()
    assert "<script" not in page and "live-feed" not in page
    for there in (
        "We know this.",
        "An oak fell",
        "It was an oak.",
        "No such tree.",
        "Post 0",
        "Post 34",
    ):
        assert there in page, there
    for gone in (b"a-withdrawn-word", b"a-draft"):
        assert not any(gone in content for content in files.values())
    assert f'<a href="#post-{first.pk}">the tree</a>' in page and f'id="post-{first.pk}"' in page
    assert f'<a href="#post-{later.pk}">' in page and "<span>the town</span>" in page
    assert "What changed" not in page
    assert len(files) == len(set(files)) and b"@import" not in files["assets/newsroom/paper.css"]
    for address in addresses(page):
        inside = f'id="{address[1:]}"' in page if address.startswith("#") else address in files
        assert inside or address == "https://x.org/", address
    style = files["assets/newsroom/paper.css"].decode()
    for font in re.findall(r'url\("?([^")]+)', style):
        assert f"assets/newsroom/{font}" in files
    pictures = {name for name in files if name.startswith("pictures/")}
    assert {f"pictures/{lead.pk}-1280.jpg", f"pictures/{lead.pk}-640.webp"} <= pictures
    _has_the_same_facts(json.loads(files["index.json"]), first.pk, pictures)


def _has_the_same_facts(facts: dict, first: int, pictures: set[str]) -> None:
    assert facts["format"] == "stoppress-story" and facts["story"]["headline"] == "Storm"
    assert facts["story"]["body"] == "We know this." and facts["story"]["posts"] == 37
    assert len(facts["posts"]) == 38
    assert set(facts["pictures"].values()) == pictures
    posts = {each["key"]: each for each in facts["posts"]}
    oak = posts[f"post:{first}"]
    assert oak["correction"]["text"] == "It was an oak." and oak["body"].startswith("Look.")
    assert oak["pictures"][0]["url"] in facts["pictures"]
    assert [each["note"] for each in posts.values() if each["kind"] == "retraction"] == [
        "No such tree."
    ]
    assert not any("view" in each for each in (facts["story"], *facts["posts"]))


def test_links_lead_to_the_paper_where_its_address_is_known(tmp_path, settings):
    settings.STOPPRESS_URL = "https://paper.example/"
    town = section("town")
    article = public("Bridge opens", section=town, body="[History](/articles/7/history/1..2/)")
    page = exported(article.pk, tmp_path)["index.html"].decode()
    assert 'href="https://paper.example/section/town/"' in page
    assert 'href="https://paper.example/articles/7/history/1..2/"' in page
    assert f'rel="canonical" href="https://paper.example/articles/{article.pk}/"' in page


def test_only_public_content_is_exported(tmp_path):
    gone = retract_article(public("Gone"), "Wrong.")
    storm = live_story("Storm")
    for pk, why in (
        (draft().pk, "is not public"),
        (gone.pk, "was withdrawn"),
        (post(storm).pk, f"is a post. Export its story: --story {storm.pk}"),
        (10**6, "is not public"),
    ):
        with pytest.raises(CommandError, match=why):
            call_command("export", str(tmp_path / "story.zip"), story=pk)
        assert not list(tmp_path.iterdir())
