"""The way from the front page to a page."""

from collections.abc import Iterable

from django.urls import reverse

from stoppress.newsroom.context import site_name
from stoppress.newsroom.models import Person, Section, Topic

from .data_block import Thing, said
from .images import Absolute

Place = tuple[str, str]


def breadcrumbs(places: Iterable[Place], absolute: Absolute) -> Thing:
    """Return the way from the front page over some places.

    Args:
        places: name and address of each, the page itself last.
    """
    way = [(site_name(), reverse("newsroom:front")), *places]
    items = [
        said("ListItem", position=position, name=name, item=absolute(address))
        for position, (name, address) in enumerate(way, start=1)
    ]
    return said("BreadcrumbList", itemListElement=items)


def place_of(listed: Section | Topic | Person | None) -> list[Place]:
    """Return a section, a topic or an author as a part of a way; nothing for None."""
    return [(listed.name, listed.get_absolute_url())] if listed else []
