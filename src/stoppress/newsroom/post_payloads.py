"""Items of a live story: its posts, key events, notes of retractions, and coverage."""

from typing import Any

from django.urls import reverse

from stoppress import live

from .direction import direction
from .language import site_language
from .models import Article, Version
from .opening import opening
from .payloads import (
    changes_of,
    correction_item,
    coverage_fields,
    digital_source_type,
    direction_of,
    history_lines,
    history_shown,
    last_update,
    person_item,
    time_or_none,
    wire_time,
)
from .pictures.in_body import shown_body
from .public_versions import public_versions

# Lines of a post's history in its item, the latest; its permalink has them all.
HISTORY = 20


def post_fields(post: Article) -> dict[str, Any]:
    """Return the fields of a post for items and for the API's answers, without `view`."""
    return {
        "key": post.key,
        "version": post.version,
        "order": post.order,
        "uri": post.uri,
        "kind": post.kind,
        "story": story_of(post),
        "language": post.language,
        "direction": direction_of(post),
        "url": post.get_absolute_url(),
        "headline": post.headline,
        "byline": post.byline,
        "occurred": time_or_none(post.occurred),
        "key_event": post.key_event,
        "pinned": post.pinned,
        "pub_status": post.pub_status,
        "first_published": time_or_none(post.first_published),
        "version_created": wire_time(post.version_created),
        "source_type": post.source_type,
        "digital_source_type": digital_source_type(post.source_type),
        "reviewed": bool(post.reviewed_by),
        "correction": correction_item(post),
    }


def post_item(post: Article, versions: list[Version] | None = None) -> dict[str, Any]:
    """Return a post as an item of its story's posts; text and history are in the view.

    Args:
        versions: its `public_versions`, if they were read before.
    """
    versions = public_versions(post) if versions is None else versions
    versions = versions[: HISTORY + 1]
    item = post_fields(post) | {
        "authors": [person_item(person) for person in post.authors.all()],
        "updated": time_or_none(last_update(versions)),
        "source": post.source,
        "original_url": post.original_url,
        "copyright_notice": post.copyright_notice,
    }
    history = history_shown(
        history_lines(post, versions[:HISTORY]), versions, post.texts_taken_until
    )
    context = {
        "item": item,
        "body": shown_body(post),
        "history": history,
        "updated": changes_of(Version.Act.UPDATE, history, versions),
        "corrected": changes_of(Version.Act.CORRECTION, history, versions),
        "description": opening(post.body_tree),
        "site_language": site_language(),
    }
    return item | {"view": live.view("newsroom/_post.html", context, stream=post.stream)}


def key_item(stream: str, post: Article) -> dict[str, Any]:
    """Return a post as an item of a stream of key events. A pin does not move it.

    In the stream of all stories' key events it has the story's section. It has no text of others.
    """
    item = post_fields(post)
    # The item of a draft is made too, to measure it.
    item["order"] = f"0-{post.order[2:]}" if post.order else None
    story = post.parent
    context = {
        "item": item,
        "words": post.headline or opening(post.body_tree),
        "section": story.section if story and stream != story.keys_stream else None,
        "site_language": site_language(),
    }
    return item | {"view": live.view("newsroom/_key.html", context, stream=stream)}


def retraction_item(post: Article) -> dict[str, Any]:
    """Return the note that is shown in place of a retracted post."""
    retractions = (each for each in public_versions(post) if each.act == Version.Act.RETRACTION)
    retraction = next(retractions, None)
    retracted = retraction.created if retraction else post.version_created
    item = {
        "key": post.retraction_key,
        "version": post.version,
        "order": post.order,
        "kind": "retraction",
        "story": story_of(post),
        "url": post.get_absolute_url(),
        "language": post.language,
        "direction": direction(post.language, post.retraction_note),
        "note": post.retraction_note,
        "retracted": wire_time(retracted),
    }
    view = live.view("newsroom/_retraction.html", {"item": item}, stream=post.stream)
    return item | {"view": view}


def coverage_item(story: Article) -> dict[str, Any]:
    """Return a live story's coverage, its number of posts, and the time of its last change."""
    item = {
        "key": story.coverage_stream,
        "order": "0",
        **coverage_fields(story),
        "posts": Article.objects.public().filter(parent=story).count(),
        "latest": time_or_none(story.latest_change),
    }
    view = live.view("newsroom/_coverage.html", {"item": item}, stream=story.coverage_stream)
    return item | {"view": view}


def story_of(post: Article) -> dict[str, str]:
    """Return a post's reference to its story, without texts: the story may be retracted."""
    return {"key": f"article:{post.parent_id}", "url": story_url(post)}


def story_url(post: Article) -> str:
    return reverse("newsroom:article", args=[post.parent_id])
