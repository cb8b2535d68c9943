"""Move a post to another story."""

from django.utils.translation import gettext as _

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Version

from .article_row import Versions, locked, save_version
from .errors import WrongState
from .kinds import check_story
from .locking import locked_rows
from .states import check_taken_up
from .telling import publish_event, shown_in, tell_coverage


def move_post(
    post: Article, story: Article, *, by: str = "", if_version: Versions = None
) -> Article:
    """Move a draft or a public post from its story to another live story.

    Its history moves too. A post that is already in the story is not changed.

    Args:
        story: the target; public if the post is public.
        if_version: the version that the caller has read, or several of which one must match.

    Raises:
        VersionConflict: somebody has changed the post since that version.
        WrongState: the article is not a post, was retracted or discarded, or is public in a
            retracted story; or the target is not a live story, was discarded, or is not public
            while the post is.
    """
    if not post.is_post:
        raise WrongState(_("Only a post can be moved to another story."))
    with live.atomic():
        story = lock_stories(post, story)
        post, now = locked(post, if_version), database_time()
        left = post.parent
        if left is None or left == story:
            return post
        if not story.is_live:
            raise WrongState(_("Only a live story has posts."))
        check_taken_up(story)
        check_movable(post)
        before = shown_in(post) if post.is_public else []
        # A move does not bring back texts that a retraction has removed.
        post.taken_until = post.texts_taken_until
        post.parent = story
        if post.is_public:
            check_story(post)
        # Readers do not see the move of a draft.
        save_version(post, now, Version.Act.MOVE, by=by, seen=post.is_public)
        if post.is_public:
            publish_event(post, "article.moved", before=before)
            tell_coverage(post, "article.moved", left=left)
    return post


def check_movable(post: Article) -> None:
    """Refuse to move a post that was retracted, by itself or with its story, or discarded.

    Raises:
        WrongState.
    """
    check_taken_up(post)
    if post.is_retracted:
        raise WrongState(_("The post is retracted. Restore it first."))
    if post.is_public and post.parent is not None and post.parent.is_retracted:
        # Its text was withdrawn with the story.
        raise WrongState(_("The story is retracted. Restore it first."))


def lock_stories(post: Article, story: Article) -> Article:
    """Lock a post, its present story and the target story; return the target.

    A caller that locks the post before the verb must call this first: it keeps the order of locks,
    so that two moves cannot wait for each other.

    Raises:
        WrongState: the target no longer exists.
    """
    rows = locked_rows(post.pk or 0, story.pk or 0)
    if story.pk not in rows:
        raise WrongState(_("The article no longer exists."))
    return rows[story.pk]
