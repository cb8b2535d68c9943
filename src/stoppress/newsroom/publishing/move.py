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
    """Move a draft or a public post to another live story: removed here, put there.

    Its history moves along. A post that is there already stays as it is.

    Args:
        story: a public one, if the post is.
        if_version: the version that the caller has read, or several of which one must match.

    Raises:
        VersionConflict: somebody has changed the post since that version.
        WrongState: it is no post, was retracted or discarded, or is public in a retracted story;
            or the story has no posts or does not show them.
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
        # What a retraction has taken does not come back by a move.
        post.taken_until = post.texts_taken_until
        post.parent = story
        if post.is_public:
            check_story(post)
        # Readers learn nothing of a draft.
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
    """Lock the story that a post is in and the one that it goes to; return the latter.

    A caller that locks the post before the verb calls this first: both are locked in one order, or
    two moves could wait for each other.

    Raises:
        WrongState: a story no longer exists.
    """
    rows = locked_rows(post.pk or 0, story.pk or 0)
    if story.pk not in rows:
        raise WrongState(_("The article no longer exists."))
    return rows[story.pk]
