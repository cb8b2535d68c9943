"""The pictures that an article uses at present."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from stoppress.newsroom.models import Article, Picture, PictureUse
from stoppress.newsroom.pictures.references import picture_ids

from .errors import InvalidField
from .typeset import TEXT, typeset

SCHEME = "picture:"


def read_pictures_again(article: Article) -> None:
    """Parse a text again if the previous release, which knows no pictures, may have parsed it.

    Drop in the next release.
    """
    if SCHEME in article.body and not picture_ids(article.body_tree):
        article.body_tree = typeset(article.body, article.body_format)


def settle_uses(article: Article) -> None:
    """Update the uses of a locked and saved article: a picture is public through them.

    Raises:
        InvalidField: its text names a picture that does not exist.
    """
    wanted = picture_ids(article.body_tree) | ({article.image_id} if article.image_id else set())
    present = set(article.picture_uses.values_list("picture_id", flat=True))
    if wanted:
        # Locked, so that no picture is deleted meanwhile, and `change_picture` finds this article.
        rows = Picture.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
        found = {picture.pk: picture for picture in rows}
        check_all_found(wanted, set(found), article.image_id)
        if article.image_id:
            article.image = found[article.image_id]  # the present row, for the event
    if new := wanted - present:
        PictureUse.objects.bulk_create(
            [PictureUse(picture_id=pk, article=article) for pk in sorted(new)]
        )
    if present - wanted:
        article.picture_uses.exclude(picture__in=wanted).delete()


def pictures_named(article: Article, changes: Mapping[str, tuple[object, object]]) -> set[int]:
    """Return the ids of the pictures in an article's changed fields that it does not use yet.

    Args:
        changes: the old and the new value of each field that changes.
    """
    named: set[int] = set()
    image = changes.get("image", (None, None))[1]
    if isinstance(image, Picture):
        named.add(image.pk)
    if TEXT & changes.keys():
        body, body_format = (
            str(changes[name][1] if name in changes else getattr(article, name))
            for name in ("body", "body_format")
        )
        named |= picture_ids(typeset(body, body_format))
    if named and article.pk:
        named -= set(article.picture_uses.values_list("picture_id", flat=True))
    return named


def check_all_found(named: set[int], found: set[int], image: int | None = None) -> None:
    """Refuse ids of pictures that do not exist.

    Args:
        image: the id of the lead picture.

    Raises:
        InvalidField: of `image` or `body`.
    """
    missing = sorted(named - found)
    if image in missing:
        raise InvalidField("image", _("does not exist."))
    if missing:
        raise InvalidField(
            "body", _("names picture %(number)d, which does not exist.") % {"number": missing[0]}
        )
