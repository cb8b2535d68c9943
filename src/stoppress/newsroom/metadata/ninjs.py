"""Articles and posts as news objects of IPTC's ninjs 3.1 (iptc.org/std/ninjs), for other systems.

Internal facts are left out: `edNote` has the public notes of corrections.
"""

from collections.abc import Sequence
from typing import Any

from stoppress.newsroom.body import body
from stoppress.newsroom.body.address import safe_address
from stoppress.newsroom.body.cards import with_links
from stoppress.newsroom.feeds.absolute import absolute as away
from stoppress.newsroom.models import Article, Picture, Section, Topic
from stoppress.newsroom.payloads import digital_source_type, time_or_none, wire_time
from stoppress.newsroom.permanent_name import permanent_name
from stoppress.newsroom.pictures.in_body import shown_body
from stoppress.newsroom.pictures.item import TYPES, largest
from stoppress.newsroom.running_text import lines

from .facts import Facts
from .images import Absolute

STANDARD = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#",
}
Ninjs = dict[str, Any]


def news_object(facts: Facts, absolute: Absolute, posts: Sequence[Facts] = ()) -> Ninjs:
    """Return a public article, a live story with its newest posts, or a post.

    Example: `{"uri": "urn:uuid:…", "type": "text", "pubStatus": "usable", "headlines": [{"role":
    "main", "value": "Bridge opens"}], "bodies": [{"role": "main", "contentType": "text/html", …}],
    "associations": […], …}`. Empty properties are left out.
    """
    article = facts.article
    pictures = [
        _picture(each, absolute, "lead" if each == article.image else "in the text")
        for each in facts.pictures
    ]
    return _identity(article, absolute) | _without_empty(
        type="composite" if article.is_live else "text",
        profile=article.kind,
        representationType="full",
        pubStatus="usable",
        version=str(facts.versions[0].version) if facts.versions else None,
        firstCreated=wire_time(facts.published),
        versionCreated=wire_time(facts.modified),
        contentCreated=time_or_none(article.occurred) if article.is_post else None,
        urgency=None if article.is_post else article.urgency,
        headlines=_texts(main=article.headline),
        descriptions=_texts(summary=" ".join(article.summary.split())),
        bodies=_bodies(article, absolute),
        by=article.byline,
        located=article.located,
        people=[
            _person(each.name, each.get_absolute_url(), facts, absolute) for each in facts.authors
        ],
        subjects=_subjects(facts, absolute),
        infoSources=[{"name": article.source}] if article.source else [],
        copyrightNotice=article.copyright_notice,
        edNote="\n".join(
            f"Correction, {wire_time(each.created)}: {each.note}" for each in facts.corrections
        ),
        digitalSourceType=_digital_source_type(article),
        associations=[
            *pictures,
            *(news_object(each, absolute) | {"name": each.name, "rel": "post"} for each in posts),
        ],
    )


def canceled(gone: Article, note: str, since: str, absolute: Absolute) -> Ninjs:
    """Return the news object of a retracted article or post: `canceled`, with the note.

    Args:
        since: the time of the retraction, in the format of `wire_time`.
    """
    kind = "composite" if gone.is_live else "text"
    told = _without_empty(type=kind, profile=gone.kind, versionCreated=since, edNote=note)
    return _identity(gone, absolute) | {"pubStatus": "canceled"} | told


def _identity(article: Article, absolute: Absolute) -> Ninjs:
    page = absolute(article.get_absolute_url())
    others = [{"role": "web", "value": page}]
    if article.original_url and not article.is_withdrawn and safe_address(article.original_url):
        others.append({"role": "original", "value": article.original_url})
    return {
        "uri": permanent_name(article, page),
        "standard": STANDARD,
        "language": article.language,
        "altIds": others,
    }


def _bodies(article: Article, absolute: Absolute) -> list[Ninjs]:
    plain = "\n\n".join(lines(article.body_tree))
    if not plain:
        return []
    page = absolute(article.get_absolute_url())
    html = str(body.html(away(with_links(shown_body(article)), page)))
    return [
        {"role": "main", "contentType": "text/html", "value": html},
        {
            "role": "plain",
            "contentType": "text/plain",
            "charCount": len(plain),
            "wordCount": len(plain.split()),
            "value": plain,
        },
    ]


def _person(name: str, address: str, facts: Facts, absolute: Absolute) -> Ninjs:
    # No page lists an author's posts.
    where = {} if facts.article.is_post else {"uri": absolute(address)}
    return {"name": name, "rel": "author", **where}


def _subjects(facts: Facts, absolute: Absolute) -> list[Ninjs]:
    section = facts.article.section
    named: list[tuple[str, Section | Topic]] = [("section", section)] if section else []
    named += [("about", topic) for topic in facts.topics]
    return [
        {"name": each.name, "rel": rel, "uri": absolute(each.get_absolute_url())}
        for rel, each in named
    ]


def _picture(picture: Picture, absolute: Absolute, rel: str) -> Ninjs:
    return _without_empty(
        uri=absolute(picture.address(largest(picture))),
        name=picture.alt or picture.caption or f"Picture {picture.pk}",
        rel=rel,
        type="picture",
        by=picture.credit,
        descriptions=_texts(caption=picture.caption, alt=picture.alt),
        renditions=[
            {
                "name": f"{rendition['width']}.{rendition['format']}",
                "href": absolute(picture.address(rendition)),
                "contentType": TYPES[rendition["format"]],
                "width": rendition["width"],
                "height": rendition["height"],
                "sizeInBytes": rendition["bytes"],
            }
            for rendition in picture.renditions
        ],
    )


def _digital_source_type(article: Article) -> dict[str, str] | None:
    uri = digital_source_type(article.source_type)
    return {"uri": uri} if uri else None


def _texts(**by_role: str) -> list[Ninjs]:
    return [
        {"role": role, "contentType": "text/plain", "value": text}
        for role, text in by_role.items()
        if text
    ]


def _without_empty(**said: Any) -> Ninjs:
    return {name: value for name, value in said.items() if value not in (None, "", [])}
