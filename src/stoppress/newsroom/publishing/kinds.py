"""The rules of each kind of article: an article, a live story, a post of a live story."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from stoppress.newsroom.body.tree import Tree
from stoppress.newsroom.models import Article
from stoppress.newsroom.running_text import texts

from .errors import InvalidField, WrongState
from .text_checks import is_visible
from .time_checks import to_the_millisecond

POSTS_ONLY = ("occurred", "key_event")
LIVE_ONLY = ("quiet_hours",)
# A post is shown in its story, and not in lists.
NOT_OF_POSTS = (
    *("summary", "located", "section", "topics", "image", "urgency", "top_until", "expires"),
)

# How far the clock of the caller who sets a time may be ahead.
CLOCKS_APART = timedelta(minutes=1)


def check_kind(article: Article, differing: Collection[str], now: datetime) -> None:
    """Refuse fields that this kind of article does not have, and missing fields that it needs.

    This may change the time of a public post; see `settle_occurred`.

    Args:
        differing: the names of the fields that have changed. All are set already, and the body's
            tree too.

    Raises:
        InvalidField.
    """
    if article.is_post:
        if article.is_draft:
            _check_schedule(article, now)
        else:
            settle_occurred(article, now)
        _check_post(article, differing, now)
        return
    for name in POSTS_ONLY:
        if name in differing:
            raise InvalidField(name, _("is a field of posts only."))
    for name in LIVE_ONLY:
        if name in differing and getattr(article, name) is not None and not article.is_live:
            raise InvalidField(name, _("is a field of live stories only."))
    if not article.headline:
        raise InvalidField("headline", _("is required."))


def check_story(post: Article) -> None:
    """Refuse to publish a post whose story is not public.

    Args:
        post: with its story, both locked.

    Raises:
        WrongState.
    """
    if post.parent is not None and post.parent.is_retracted:
        raise WrongState(_("The post’s story is retracted. Restore the story first."))
    if post.parent is None or not post.parent.is_public:
        raise WrongState(_("The post’s story is not public. Publish the story first."))


def check_change_of_kind(article: Article, kind: object) -> None:
    """Refuse another kind for a post, an article that is or was public, or a story with posts.

    Args:
        article: its state before the change.

    Raises:
        InvalidField.
    """
    if Article.Kind.POST in {article.kind, kind}:
        raise InvalidField("kind", _("cannot change to or from post."))
    if article.first_published is not None:
        raise InvalidField("kind", _("cannot change: the article is or was public."))
    if article.posts.exists():
        raise InvalidField("kind", _("cannot change: the story has posts."))


def _check_post(article: Article, differing: Collection[str], now: datetime) -> None:
    for name in (*NOT_OF_POSTS, *LIVE_ONLY):
        if name in differing:
            raise InvalidField(name, _("is not a field of posts."))
    if not article.headline and not _says_something(article.body_tree):
        raise InvalidField("headline", _("or text is required."))
    if not article.is_draft:
        check_occurred(article, now)


def _says_something(tree: Tree) -> bool:
    """Return whether readers see a character or a picture; comments and spaces do not count."""
    parts = texts(["root", *tree], pictures=True)
    return any(is_visible(sign) for part in parts for sign in part)


def _check_schedule(draft: Article, now: datetime) -> None:
    if draft.publish_at is None or draft.opens_at is None or draft.occurred is None:
        return
    if draft.occurred > max(draft.opens_at, now) + CLOCKS_APART:
        raise InvalidField("occurred", _("cannot be later than the time of publication."))


def settle_occurred(post: Article, now: datetime) -> None:
    """Replace a time at most a minute ahead with now: the clock of the caller may be fast."""
    if post.occurred is not None and now < post.occurred <= now + CLOCKS_APART:
        post.occurred = to_the_millisecond(now)


def check_occurred(article: Article, now: datetime) -> None:
    """Refuse a public post whose time is missing or in the future.

    Raises:
        InvalidField.
    """
    if article.occurred is None:
        raise InvalidField("occurred", _("is required once the post is public."))
    if article.occurred > now:
        raise InvalidField("occurred", _("cannot be in the future once the post is public."))
