"""Pictures on the readers' pages: above a story, and beside the items of a list."""

import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from stoppress import live
from stoppress.newsroom.models import Article
from stoppress.newsroom.pictures.item import COLUMN, THUMB
from stoppress.newsroom.publishing import create_article, publish_article
from tests.newsroom.desk import part

from .made import picture

pytestmark = pytest.mark.django_db


def published(headline: str = "Storm", **fields: Any) -> Article:
    return publish_article(create_article({"headline": headline, **fields}))


def listed(article: Article) -> list[Any]:
    [item] = live.snapshot("news").items
    assert item["key"] == article.key
    return item["view"]


def test_a_picture_in_a_list_is_small_loads_late_and_is_not_read_out() -> None:
    item = listed(published(image=picture()))
    link = part(item, "item-picture")
    assert item[1]["data-picture"] == "small"
    assert (link[1]["tabindex"], link[1]["aria-hidden"]) == ("-1", "true")
    image = part(link, "img")[1]
    assert (image["alt"], image["width"], image["height"]) == ("", "1280", "853")
    assert (image["loading"], image["decoding"]) == ("lazy", "async")
    source = part(link, "source")[1]
    assert source["sizes"] == THUMB
    assert re.fullmatch(r"/media/pictures/\S+-640\.webp 640w", source["srcset"])


@pytest.mark.parametrize("fields", [{"pinned": True}, {"urgency": 1}])
def test_the_picture_of_the_lead_story_is_large_and_loads_first(fields: Any) -> None:
    item = listed(published(image=picture(), **fields))
    assert item[1]["data-picture"] == "large"
    assert part(item, "img")[1]["fetchpriority"] == "high"
    assert "loading" not in part(item, "img")[1]
    assert part(item, "source")[1]["srcset"].endswith("-1280.webp 1280w")


def test_an_item_without_a_picture_has_no_picture_element() -> None:
    item = listed(published())
    assert "data-picture" not in item[1]
    assert part(item, "img") is None


def test_the_lead_picture_is_under_the_facts_with_caption_and_credit() -> None:
    storm = picture(caption="The sea wall", focus_x=14, focus_y=95)
    article = published(image=storm, summary="It came at noon.")
    [item] = live.snapshot(article.stream).items
    names = [child[1].get("class", child[0]) for child in item["view"] if isinstance(child, list)]
    assert names.index("story-picture") == names.index("story-facts") + 1
    figure = part(item["view"], "story-picture")
    assert part(figure, "figcaption")[1:] == [
        ["p", {"dir": "auto"}, "The sea wall"],
        ["p", {"dir": "auto"}, "Ann Ray"],
    ]
    image = part(figure, "img")[1]
    assert (image["alt"], image["fetchpriority"]) == ("A storm", "high")
    assert (image["data-focus-left"], image["data-focus-top"]) == ("1", "10")
    assert part(figure, "source")[1]["sizes"] == COLUMN


def test_a_picture_without_words_has_no_caption() -> None:
    article = published(image=picture(credit=""))
    [item] = live.snapshot(article.stream).items
    assert part(item["view"], "story-picture") is not None
    assert part(item["view"], "figcaption") is None


def test_the_page_shows_the_same(client: Client) -> None:
    article = published(image=picture())
    page = client.get(article.get_absolute_url()).content.decode()
    assert page.count("<picture>") == 1
    assert 'alt="A storm" width="1280" height="853" data-focus-left="5"' in page


def test_the_style_sheet_knows_every_focus() -> None:
    with open(str(finders.find("newsroom/paper/pictures.css"))) as file:
        rules = re.findall(r'\[data-focus-(left|top)="(\d+)"\] \{\s*--(\w+): (\d+)%', file.read())
    middle = [(side, "5", side, "50") for side in ("left", "top")]
    tenths = [(s, str(n), s, str(10 * n)) for s in ("left", "top") for n in range(11)]
    assert sorted([*rules, *middle]) == sorted(tenths)
