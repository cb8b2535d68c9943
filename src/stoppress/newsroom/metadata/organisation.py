"""The paper itself in schema.org's terms: the publisher, and the site with its search."""

from django.urls import reverse

from stoppress.newsroom.context import site_name
from stoppress.newsroom.language import site_language

from .data_block import Thing, thing
from .images import Absolute, logo


def publisher(absolute: Absolute) -> Thing:
    """Return the publisher of the paper."""
    front = absolute(reverse("newsroom:front"))
    return thing("NewsMediaOrganization", name=site_name(), url=front, logo=logo(absolute))


def website(absolute: Absolute) -> Thing:
    """Return the site, with the address of its search."""
    search = absolute(reverse("newsroom:search"))
    return thing(
        "WebSite",
        name=site_name(),
        url=absolute(reverse("newsroom:front")),
        inLanguage=site_language(),
        potentialAction={
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": search + "?q={search_term_string}"},
            "query-input": "required name=search_term_string",
        },
    )
