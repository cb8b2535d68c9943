"""The metadata that a third-party extractor reads in a page."""

import re
from typing import Any

import extruct
from django.test import Client

SITE = "http://testserver"


def page(address: str) -> str:
    return Client().get(address).content.decode()


def things(address: str) -> dict[str, dict[str, Any]]:
    """Return what a page says in schema.org's terms, by type."""
    read = extruct.extract(page(address), SITE + address, syntaxes=["json-ld"], errors="strict")
    graphs = read["json-ld"]
    assert all(each["@context"] == "https://schema.org" for each in graphs)
    return {thing["@type"]: thing for each in graphs for thing in each["@graph"]}


def meta(address: str) -> dict[str, Any]:
    """Return the `meta` elements of a page by name; of those that are there twice a list."""
    read = extruct.extract(page(address), SITE + address, syntaxes=["opengraph"], errors="strict")
    [graph] = read["opengraph"]
    found: dict[str, Any] = {}
    for name, value in graph["properties"]:
        known = found.get(name)
        found[name] = (
            value if known is None else [*([known] if isinstance(known, str) else known), value]
        )
    for name, value in re.findall(r'<meta name="([a-z:]+)" content="([^"]*)"', page(address)):
        found[name] = value
    return found


def canonical(address: str) -> str:
    [found] = re.findall(r'<link rel="canonical" href="([^"]+)"', page(address))
    return found.removeprefix(SITE)
