"""The facts of an exported story for programs: those of its page, and the sources of the texts."""

from typing import Any

from stoppress.newsroom.models import Article
from stoppress.newsroom.payloads import (
    article_item,
    author_item,
    last_update,
    time_or_none,
    topic_item,
)
from stoppress.newsroom.pictures.item import picture_item
from stoppress.newsroom.post_payloads import coverage_item, post_item, retraction_item


def facts_of_story(story: Article) -> dict[str, Any]:
    """Return a story's facts, without its posts."""
    updated = last_update(list(story.versions.public()[:100]))
    about = {
        "topics": [topic_item(topic) for topic in story.topics.all()],
        "authors": [author_item(person) for person in story.authors.all()],
        "updated": time_or_none(updated),
        **_texts(story),
    }
    coverage = {"posts": coverage_item(story)["posts"]} if story.is_live else {}
    return article_item(story) | about | coverage


def facts_of_post(post: Article) -> dict[str, Any]:
    """Return a post's facts; for a retracted post, the facts of its note."""
    if post.is_retracted:
        return _without_view(retraction_item(post))
    return _without_view(post_item(post)) | _texts(post)


def _texts(article: Article) -> dict[str, Any]:
    return {
        "pictures": [picture_item(each) for each in article.pictures.all()],
        "source": article.source,
        "original_url": article.original_url,
        "copyright_notice": article.copyright_notice,
        "body_format": article.body_format,
        "body": article.body,
    }


def _without_view(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != "view"}
