"""Breadcrumbs: the path from the front page to a page, in schema.org's terms."""

from collections.abc import Iterable

from django.urls import reverse

from stoppress.newsroom.context import site_name
from stoppress.newsroom.models import Person, Section, Topic

from .data_block import Thing, thing
from .images import Absolute

Place = tuple[str, str]


def breadcrumbs(places: Iterable[Place], absolute: Absolute) -> Thing:
    """Return the breadcrumbs from the front page through some places.

    Args:
        places: the name and the address of each place; the page itself comes last.
    """
    way = [(site_name(), reverse("newsroom:front")), *places]
    items = [
        thing("ListItem", position=position, name=name, item=absolute(address))
        for position, (name, address) in enumerate(way, start=1)
    ]
    return thing("BreadcrumbList", itemListElement=items)


def place_of(listed: Section | Topic | Person | None) -> list[Place]:
    """Return a section, a topic or an author as a list of one breadcrumb; empty for None."""
    return [(listed.name, listed.get_absolute_url())] if listed else []
