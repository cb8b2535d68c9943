"""Add, describe and delete pictures."""

import logging
from collections.abc import Callable, Mapping

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.live.database import log_database
from stoppress.live.log.append import busy_in_words
from stoppress.newsroom.letters import whole_letters
from stoppress.newsroom.models import ApiToken, Article, Picture
from stoppress.newsroom.models.picture import ALT_CHARS, CAPTION_CHARS, CREDIT_CHARS, new_folder
from stoppress.newsroom.pictures import storing
from stoppress.newsroom.pictures.encoded import Encoded

from .breaking import tell_breaking
from .errors import InvalidField, WrongState
from .locking import newest, newest_locked
from .telling import publish_event
from .text_checks import Check, line

logger = logging.getLogger("stoppress.newsroom")

# At most so many articles, the newest, get an event after a change of their picture.
MOST_TOLD = 100


def percent(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
        raise InvalidField(name, _("must be a whole number from 0 to 100."))
    return value


FIELDS: dict[str, Check] = {
    "alt": line(ALT_CHARS),
    "caption": line(CAPTION_CHARS),
    "credit": line(CREDIT_CHARS),
    "focus_x": percent,
    "focus_y": percent,
}


def checked_facts(fields: Mapping[str, object]) -> dict[str, object]:
    """Return the texts and the focus of a picture, as they are stored.

    Raises:
        InvalidField: a name is unknown, or a value is not accepted.
    """
    for name in fields:
        if name not in FIELDS:
            raise InvalidField(name, _("is not a field that can be written."))
    return {name: FIELDS[name](name, value) for name, value in fields.items()}


def add_picture(
    encoded: Encoded,
    fields: Mapping[str, object],
    *,
    by: str = "",
    uploader: AbstractBaseUser | None = None,
    token: ApiToken | None = None,
    then: Callable[[Picture], None] = lambda picture: None,
) -> Picture:
    """Store a picture, which readers do not see until a public article uses it.

    Its files are written before its row: call this outside of a transaction.

    Args:
        encoded: from `pictures.sandbox.encode_safely`.
        fields: `alt`, `caption`, `credit`, `focus_x`, `focus_y`; a text that is left
            out is taken from the file.
        by: the name of the user or token.
        uploader: the user to whom it belongs.
        token: the token to which it belongs.
        then: called with the picture, in the transaction that inserts its row.

    Raises:
        InvalidField: a value is not accepted. Nothing was stored.
        NotStored: the files could not be written. Nothing was stored.
        DatabaseError: nothing was stored; but if the connection was lost during the commit, the
            picture may be stored.
    """
    offered = {"alt": encoded.alt, "caption": encoded.caption, "credit": encoded.credit}
    values = checked_facts(offered | dict(fields))
    picture = Picture(
        digest=encoded.digest,
        folder=new_folder(),
        width=encoded.width,
        height=encoded.height,
        renditions=[
            {
                "width": each.width,
                "height": each.height,
                "format": each.format,
                "bytes": len(each.data),
            }
            for each in encoded.renditions
        ],
        uploaded=database_time(),
        by=whole_letters(by, 150),
        uploader_id=uploader.pk if uploader else None,
        token=token,
        **values,
    )
    storing.write(picture.folder, encoded)
    committing = False
    try:
        with live.atomic():
            picture.save()
            then(picture)
            committing = True
    except BaseException as error:
        if not committing or not _may_be_stored(picture, error):
            storing.delete(picture.file_names())
        raise
    return picture


def _may_be_stored(picture: Picture, error: BaseException) -> bool:
    """Return whether a picture's row exists, or may still appear, after a failed commit."""
    try:
        stored = Picture.objects.filter(folder=picture.folder).exists()
    except DatabaseError as another:
        stored, error = False, another
    if stored or not isinstance(error, OperationalError | InterfaceError):
        return stored
    # The connection is lost; the database may still complete the commit.
    logger.error("a picture's files are kept: its row may exist: pictures/%s", picture.folder)
    return True


def change_picture(
    picture: Picture,
    fields: Mapping[str, object],
    *,
    check: Callable[[Picture], None] = lambda picture: None,
) -> Picture:
    """Change a picture's texts or focus, and publish the newest public articles that use it.

    Their versions stay, since no editor has changed them. Older articles show the change when they
    are next changed, or opened without a cache.

    Args:
        check: called with the locked picture; an exception from it refuses the change. No article
            that uses the picture is published before the change is done.

    Raises:
        InvalidField: a value is not accepted.
        WrongState: the picture no longer exists.
    """
    values = checked_facts(fields)
    with live.atomic():
        fresh, shown_by = _locked_with_users(picture)
        check(fresh)
        differing = [name for name, value in values.items() if getattr(fresh, name) != value]
        if not differing:
            return fresh
        for name in differing:
            setattr(fresh, name, values[name])
        fresh.save(update_fields=differing)
        for article in shown_by:
            if article.image_id == fresh.pk:
                article.image = fresh
            publish_event(article, "article.updated")
            tell_breaking(article, "article.updated", was=article.breaking)
    return fresh


def _locked_with_users(picture: Picture) -> tuple[Picture, list[Article]]:
    """Lock a picture, and the newest public articles that use it.

    Raises:
        WrongState: the picture no longer exists.
        StreamBusy: another transaction held a lock for too long.
    """
    users = Article.objects.public().filter(pictures=picture.pk)
    while True:
        with busy_in_words(log_database()), transaction.atomic():
            # Articles first, then pictures, as the verbs of articles lock them.
            shown_by = newest_locked(users, MOST_TOLD)
            fresh = Picture.objects.select_for_update(no_key=True).filter(pk=picture.pk).first()
            if fresh is None:
                raise WrongState(_("The picture no longer exists."))
            if newest(users, MOST_TOLD) == [article.pk for article in shown_by]:
                return fresh, shown_by
            # An article was published meanwhile with the old picture. It must be locked before the
            # picture, so all locks are released.
            transaction.set_rollback(True)


def delete_picture(picture: Picture) -> None:
    """Delete a picture that no article uses, with its files.

    Raises:
        WrongState: an article uses it.
    """
    with live.atomic():
        # A verb that begins to use the picture locks it too.
        fresh = Picture.objects.select_for_update().filter(pk=picture.pk).first()
        if fresh is None:
            return
        if fresh.uses.exists():
            raise WrongState(_("An article uses the picture. Remove it from the article first."))
        names = fresh.file_names()
        fresh.delete()
        transaction.on_commit(lambda: storing.delete(names), using=Picture.objects.db, robust=True)
