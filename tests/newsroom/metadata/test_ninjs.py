"""Articles as ninjs: `make corpora` checks the same against IPTC's schema."""

import json
from typing import Any

import pytest
from django.test import Client

from stoppress.live.protocol.frames import wire_time
from stoppress.newsroom.publishing import (
    correct_article,
    move_post,
    restore_article,
    retract_article,
    update_article,
)
from tests.newsroom.desk import live_story, post, public
from tests.newsroom.pictures.made import picture

from .full import full
from .reading import SITE

pytestmark = [pytest.mark.django_db, pytest.mark.backend("sqlite", long="postgres")]


def ninjs(address: str, status: int = 200) -> dict[str, Any]:
    answer = Client().get(f"{address}ninjs.json")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/json"
    found: dict[str, Any] = json.loads(answer.content)
    return found


def role(texts: list[dict[str, Any]], name: str) -> str:
    [found] = [each["value"] for each in texts if each["role"] == name]
    return str(found)


def test_an_article_has_the_content_of_its_page():
    shown = picture(alt="A ferry", caption="At noon.")
    text = f"It is *open*.\n\n![]({shown.reference})\n\n[More](/section/world/)"
    article = full(
        body=text,
        usage_terms="Not before noon.",
        copyright_holder="Somebody",
        ed_note="Ask the mayor.",
        slugline="bridge",
    )
    said = ninjs(article.get_absolute_url())
    assert said["uri"] == article.uri and said["pubStatus"] == "usable"
    assert role(said["headlines"], "main") == "Bridge opens"
    assert role(said["descriptions"], "summary") == "At last."
    html = role(said["bodies"], "main")
    assert "It is <em>open</em>." in html and f'href="{SITE}/section/world/"' in html
    assert f'src="{SITE}/media/pictures/{shown.pk}/' in html
    assert role(said["bodies"], "plain").startswith("It is open.")
    assert said["by"] == "Mara Voss"
    assert said["people"] == [{"name": "Mara Voss", "rel": "author", "uri": f"{SITE}/author/mara/"}]
    assert [each["rel"] for each in said["subjects"]] == ["section", "about"]
    lead, within = said["associations"]
    assert (lead["rel"], within["rel"]) == ("lead", "in the text")
    assert within["name"] == "A ferry" and role(within["descriptions"], "caption") == "At noon."
    for rendition in within["renditions"]:
        file = Client().get(rendition["href"].removeprefix(SITE))
        assert len(file.content) == rendition["sizeInBytes"]
    assert said["altIds"] == [{"role": "web", "value": SITE + article.get_absolute_url()}]
    for secret in ("Not before noon", "Somebody", "Ask the mayor", '"bridge"'):
        assert secret not in json.dumps(said)


def test_the_ninjs_changes_with_the_article_and_keeps_no_retracted_text():
    article = full()
    address = article.get_absolute_url()
    before = Client().get(f"{address}ninjs.json")
    again = Client().get(f"{address}ninjs.json", headers={"If-None-Match": before["ETag"]})
    assert again.status_code == 304
    article = correct_article(article, "It is the north pier.", {"body": "North."})
    said = ninjs(address)
    assert said["edNote"].endswith(": It is the north pier.")
    assert said["versionCreated"] > said["firstCreated"]
    assert int(said["version"]) == article.version
    article = retract_article(article, "It is closed.")
    left = ninjs(address, 410)
    assert (left["pubStatus"], left["edNote"], left["uri"]) == (
        "canceled",
        "It is closed.",
        article.uri,
    )
    assert left.keys() <= {
        *("uri", "standard", "language", "altIds", "pubStatus", "type", "profile"),
        *("versionCreated", "edNote"),
    }
    restore_article(article)
    assert ninjs(address)["pubStatus"] == "usable"


def test_a_live_story_has_its_newest_posts_and_each_has_its_own():
    story = live_story()
    known = post(story, "", body="It rains.")
    gone = post(story, "Two trees fell")
    retract_article(gone, "There was one.")
    said = ninjs(story.get_absolute_url())
    assert said["type"] == "composite"
    [told] = said["associations"]
    assert (told["rel"], told["name"], told["uri"]) == ("post", "It rains.", known.uri)
    assert told["contentCreated"] == wire_time(known.occurred)
    own = ninjs(known.get_absolute_url())
    assert own | {"rel": "post", "name": "It rains."} == told
    assert ninjs(gone.get_absolute_url(), 410)["edNote"] == "There was one."
    moved = Client().get(f"/articles/{known.pk}/ninjs.json")
    assert moved["Location"] == f"{known.get_absolute_url()}ninjs.json"
    retract_article(story, "There was no storm.")
    for address in (story.get_absolute_url(), known.get_absolute_url()):
        assert "rains" not in json.dumps(ninjs(address, 410))
        assert ninjs(address, 410)["edNote"] == "There was no storm."


def test_a_page_names_the_address_of_its_ninjs():
    article = public(body="Text.")
    named = f'title="ninjs" href="{article.get_absolute_url()}ninjs.json"'
    assert named in " ".join(Client().get(article.get_absolute_url()).content.decode().split())
    update_article(article, {"body": "***"})
    assert "bodies" not in ninjs(article.get_absolute_url())


@pytest.mark.parametrize(
    "name",
    [
        "http://[bad",
        "//[",
        "https://x.example]/1",
        "http://a\u2100b.example/",
        "bridge-1",
    ],
)
def test_a_name_that_is_no_uri_is_replaced_by_the_address_of_the_page(name):
    article, story = public(uri=name), live_story(uri=f"{name}2")
    for each in (article, story):
        address = each.get_absolute_url()
        feed = Client().get("/feeds/feed.json").json()
        assert ninjs(address)["uri"] == SITE + address
        assert SITE + address in [item["id"] for item in feed["items"]]
        retract_article(each, "It is closed.")
        assert ninjs(address, 410)["uri"] == SITE + address


def test_a_withdrawn_post_is_gone_at_its_own_address_and_others_lead_there():
    first, second = live_story("Storm"), live_story("Flood")
    moved = move_post(post(first), second)
    for change in (lambda: None, lambda: retract_article(second, "It was dry.")):
        change()
        for story in (first.pk, 999):
            other = Client().get(f"/articles/{story}/posts/{moved.pk}/ninjs.json")
            own = f"{moved.get_absolute_url()}ninjs.json"
            assert (other.status_code, other.get("Location")) == (302, own)
    assert ninjs(moved.get_absolute_url(), 410)["edNote"] == "It was dry."
