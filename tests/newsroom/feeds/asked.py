"""Feeds as a program gets them."""

import json
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from django.test import Client

FORMATS = ("rss.xml", "atom.xml", "feed.json")
NAMES = {
    "a": "http://www.w3.org/2005/Atom",
    "at": "http://purl.org/atompub/tombstones/1.0",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}


def answer(address: str, status: int = 200, **headers: str) -> Any:
    response = Client().get(address, headers=headers)
    assert response.status_code == status, (address, response.status_code)
    return response


def words(address: str) -> str:
    return str(answer(address).content.decode())


def rss(of: str = "/") -> list[Element]:
    return list(ElementTree.fromstring(answer(f"{of}feeds/rss.xml").content).iter("item"))


def atom(of: str = "/") -> Element:
    return ElementTree.fromstring(answer(f"{of}feeds/atom.xml").content)


def json_feed(of: str = "/") -> dict[str, Any]:
    return dict(json.loads(answer(f"{of}feeds/feed.json").content))


def said(element: Element, path: str) -> list[str]:
    """Return the texts of all elements at a path."""
    return [each.text or "" for each in element.findall(path, NAMES)]


def attributes(element: Element, path: str) -> list[dict[str, str]]:
    return [dict(each.attrib) for each in element.findall(path, NAMES)]
