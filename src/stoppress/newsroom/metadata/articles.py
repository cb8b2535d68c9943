"""Articles, live stories and posts in schema.org's terms."""

from stoppress.newsroom.body.address import safe_address
from stoppress.newsroom.models import Article, SourceType, Version
from stoppress.newsroom.payloads import time_or_none, wire_time
from stoppress.newsroom.running_text import lines

from .data_block import CONTEXT, Thing, thing
from .facts import Facts
from .images import Absolute, image_object
from .organisation import publisher

# Characters. A post with a longer text has only its opening here; the page has the whole text.
POST_CHARS = 500
# schema.org has no term for texts made by people.
_OWN_TERM = frozenset(SourceType) - {SourceType.PEOPLE}


def news_article(facts: Facts, absolute: Absolute) -> Thing:
    """Return an article as a NewsArticle."""
    return thing("NewsArticle", dateline=facts.article.located, **_of_story(facts, absolute))


def live_blog(facts: Facts, posts: list[Facts], absolute: Absolute) -> Thing:
    """Return a live story as a LiveBlogPosting, with the given posts."""
    story = facts.article
    closed = story.coverage == Article.Coverage.CLOSED
    return thing(
        "LiveBlogPosting",
        **_of_story(facts, absolute),
        coverageStartTime=wire_time(story.coverage_started or facts.published),
        coverageEndTime=time_or_none(story.coverage_changed) if closed else None,
        liveBlogUpdate=[blog_posting(post, absolute) for post in posts],
    )


def blog_posting(facts: Facts, absolute: Absolute) -> Thing:
    """Return a post as a BlogPosting."""
    post = facts.article
    return thing(
        "BlogPosting",
        **_of_text(facts, absolute),
        articleBody=_short_text(facts),
        contentReferenceTime=time_or_none(post.occurred),
    )


def post_of_story(facts: Facts, story: Article, absolute: Absolute) -> Thing:
    """Return a post for its own page, with its story and its publisher."""
    url = absolute(story.get_absolute_url())
    return blog_posting(facts, absolute) | {
        "mainEntityOfPage": absolute(facts.article.get_absolute_url()),
        "publisher": publisher(absolute),
        "isAccessibleForFree": True,
        "isPartOf": thing("LiveBlogPosting", headline=story.headline, url=url),
    }


def _of_story(facts: Facts, absolute: Absolute) -> Thing:
    article = facts.article
    section = article.section
    return {
        **_of_text(facts, absolute),
        "identifier": article.uri,
        "description": facts.description,
        "mainEntityOfPage": absolute(article.get_absolute_url()),
        "publisher": publisher(absolute),
        "isAccessibleForFree": True,
        "articleSection": section.name if section else None,
        "keywords": [topic.name for topic in facts.topics],
        "locationCreated": thing("Place", name=article.located) if article.located else None,
    }


def _of_text(facts: Facts, absolute: Absolute) -> Thing:
    """Return the properties that stories and posts share."""
    article = facts.article
    source = thing("Organization", name=article.source) if article.source else None
    return {
        "url": absolute(article.get_absolute_url()),
        "headline": facts.name,
        "datePublished": wire_time(facts.published),
        "dateModified": wire_time(facts.modified),
        "inLanguage": article.language,
        "author": _authors(facts, absolute),
        "creditText": article.byline,
        "image": [image_object(picture, absolute) for picture in facts.pictures],
        "correction": [_correction(each) for each in facts.corrections],
        "sourceOrganization": source,
        "isBasedOn": safe_address(article.original_url) if article.original_url else None,
        "copyrightNotice": article.copyright_notice,
        "digitalSourceType": _digital_source_type(article.source_type),
    }


def _authors(facts: Facts, absolute: Absolute) -> list[Thing]:
    """Return the authors; if there are none, the byline, the source or the paper.

    An author of a post has no address, because no page lists an author's posts.
    """
    if facts.authors:
        is_post = facts.article.is_post
        return [
            thing(
                "Person",
                name=person.name,
                url=None if is_post else absolute(person.get_absolute_url()),
            )
            for person in facts.authors
        ]
    if facts.article.byline:
        return [thing("Person", name=facts.article.byline)]
    if facts.article.source:
        return [thing("Organization", name=facts.article.source)]
    paper = publisher(absolute)
    return [thing("NewsMediaOrganization", name=paper["name"], url=paper["url"])]


def _correction(version: Version) -> Thing:
    return thing("CorrectionComment", text=version.note, datePublished=wire_time(version.created))


def _digital_source_type(source_type: str) -> str | None:
    if source_type not in _OWN_TERM:
        return None
    term = SourceType(source_type).uri.rpartition("/")[2]
    return f"{CONTEXT}/{term[0].upper()}{term[1:]}DigitalSource"


def _short_text(facts: Facts) -> str:
    text = " ".join(lines(facts.article.body_tree))
    return text if len(text) <= POST_CHARS else facts.description
