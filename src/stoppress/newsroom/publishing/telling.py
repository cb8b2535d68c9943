"""The streams that show an article, and the events that they get."""

from collections.abc import Collection

from django.db.models import QuerySet

from stoppress import live
from stoppress.live.errors import InvalidItem
from stoppress.newsroom.items import item_in, items_in
from stoppress.newsroom.models import Article
from stoppress.newsroom.post_payloads import coverage_item, retraction_item
from stoppress.newsroom.stream_names import KEYS, KEYS_LIMIT, WIRE
from stoppress.newsroom.wire import withdrawal_facts

from .errors import too_large
from .stored_fields import read_several


def shown_in(article: Article) -> list[str]:
    """Return the streams that show a public article; none for a post whose story is not public."""
    if article.is_post:
        return _streams_of_post(article)
    read_several(article)
    of_section = [article.section.stream] if article.section else []
    of_topics = [topic.stream for topic in article.topics.all()]
    of_authors = [person.stream for person in article.authors.all()]
    return ["news", *of_section, *of_topics, *of_authors, article.stream, WIRE]


def _streams_of_post(post: Article) -> list[str]:
    if post.parent is None or not post.parent.is_public:
        return []
    return [post.stream, *([post.parent.keys_stream, KEYS] if post.key_event else []), WIRE]


def event_of(article: Article, event: str) -> str:
    """Return an event's name for the article's kind: `article.corrected` or `post.corrected`."""
    return event.replace("article.", "post.", 1) if article.is_post else event


def publish_event(article: Article, event: str, *, before: Collection[str] = ()) -> None:
    """Publish an article's event in its streams, and remove it from streams that it has left.

    Args:
        event: its name for an article, such as `article.corrected`.
        before: the streams that showed it before the change.

    Raises:
        InvalidField: the text does not fit into a frame.
    """
    streams = shown_in(article)
    _publish_in(streams, article, event_of(article, event))
    for stream in sorted(set(before) - set(streams)):
        live.remove(
            stream, event_of(article, "article.moved"), article.key, version=article.version
        )
    if article.is_live and before and _section(before) != _section(streams):
        # Items in the stream of all stories' key events show the section of their story.
        publish_key_events(article, "post.updated")
    tell_coverage(article, event)


def _section(streams: Collection[str]) -> list[str]:
    return [stream for stream in streams if stream.startswith("section:")]


def publish_story(article: Article, event: str) -> None:
    """Publish an event in the article's own stream and in `wire`: its items in lists do not change.

    Raises:
        InvalidField: the text does not fit into a frame.
    """
    if shown_in(article):
        _publish_in([article.stream, WIRE], article, event_of(article, event))


def _publish_in(streams: Collection[str], article: Article, event: str) -> None:
    try:
        for stream, item in items_in(streams, article):
            live.publish(stream, event, item)
    except InvalidItem as error:
        raise too_large() from error


def tell_coverage(article: Article, event: str, *, left: Article | None = None) -> None:
    """Publish a live story's coverage and number of posts, after a change of the story or a post.

    Args:
        left: the story that a post has left; used instead of the post's present story.
    """
    story = left or (article.parent if article.is_post else article)
    if story is not None and story.is_live and story.is_public:
        if story.latest_change is None or story.latest_change < article.version_created:
            story.latest_change = article.version_created
            Article.objects.filter(pk=story.pk).update(latest_change=story.latest_change)
        live.publish(story.coverage_stream, event_of(article, event), coverage_item(story))


def withdraw(article: Article, event: str, *, also: Collection[str] = ()) -> None:
    """Remove an article from all streams, and all its texts from their logs.

    A post is replaced by the note of its retraction. The posts of a live story are removed too.

    Args:
        event: its name for an article.
        also: further streams that may show it.
    """
    streams = [*shown_in(article), *also]
    live.redact(
        article.key,
        event_of(article, event),
        version=article.version,
        shown_in=streams,
        facts={WIRE: withdrawal_facts(article)},
    )
    if article.is_post:
        withdraw_as_article(article, event)
        tell_retraction(article, event)
        tell_coverage(article, event)
    elif article.is_live:
        _withdraw_posts(article)


def withdraw_as_article(post: Article, event: str) -> None:
    """Withdraw a post by the key that the previous release used. Drop in the next release.

    Args:
        event: its name for an article.
    """
    live.redact(f"article:{post.pk}", event_of(post, event))


def tell_retraction(post: Article, event: str) -> None:
    """Publish the note of a retracted post in place of the post.

    Args:
        event: its name for an article.
    """
    if shown_in(post):
        live.publish(post.stream, event_of(post, event), retraction_item(post))


def remove_retraction(post: Article, event: str) -> None:
    """Remove the note of a post that is restored."""
    if shown_in(post):
        live.remove(post.stream, event_of(post, event), post.retraction_key)


def _withdraw_posts(story: Article) -> None:
    """Remove the posts of a story from all streams; its own streams of posts are then empty."""
    for post in _once_public(story):
        withdraw_as_article(post, "post.retracted")
        if post.is_retracted:
            live.redact(post.retraction_key, "post.retracted")
            continue
        # Without a version, so that the same post can come back unchanged.
        shown_in = [*([KEYS] if post.key_event else []), WIRE]
        live.redact(post.key, "post.retracted", shown_in=shown_in)
    live.retell(*story.streams_of_posts)


def bring_back_posts(story: Article) -> None:
    """Show the posts of a restored story again."""
    live.retell(*story.streams_of_posts)
    publish_key_events(story, "post.restored")
    for post in Article.objects.public().filter(parent=story).select_related("parent"):
        live.publish(WIRE, "post.restored", item_in(WIRE, post))


def publish_key_events(story: Article, event: str) -> None:
    """Publish a story's newest key events in the stream of all stories' key events."""
    keys = Article.objects.public().filter(parent=story, key_event=True).in_order_of_keys()
    for post in keys.select_related("parent__section")[:KEYS_LIMIT]:
        live.publish(KEYS, event, item_in(KEYS, post))


def _once_public(story: Article) -> QuerySet[Article]:
    return story.posts.filter(first_published__isnull=False).only(
        "kind", "parent", "pub_status", "key_event"
    )
