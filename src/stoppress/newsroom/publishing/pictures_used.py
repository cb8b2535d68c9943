"""Which pictures an article uses, as it stands."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from stoppress.newsroom.models import Article, Picture, PictureUse
from stoppress.newsroom.pictures.references import picture_ids

from .errors import InvalidField
from .typeset import TEXT, typeset

SCHEME = "picture:"


def read_pictures_again(article: Article) -> None:
    """Read a text anew that a process of the previous release has read: it knows no pictures.

    Drop in the next release.
    """
    if SCHEME in article.body and not picture_ids(article.body_tree):
        article.body_tree = typeset(article.body, article.body_format)


def settle_uses(article: Article) -> None:
    """Keep the rows of a locked and saved article's uses: readers see a picture through them.

    Raises:
        InvalidField: its text names a picture that does not exist.
    """
    wanted = picture_ids(article.body_tree) | ({article.image_id} if article.image_id else set())
    present = set(article.picture_uses.values_list("picture_id", flat=True))
    if wanted:
        # Locked, so that nobody deletes one meanwhile, and who changes one knows if it is public.
        rows = Picture.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
        found = {picture.pk: picture for picture in rows}
        check_all_found(wanted, set(found), article.image_id)
        if article.image_id:
            article.image = found[article.image_id]  # as it is now: readers are told of it
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
    """Refuse numbers of pictures that do not exist.

    Args:
        image: that of the lead picture.

    Raises:
        InvalidField: `image` or `body`.
    """
    missing = sorted(named - found)
    if image in missing:
        raise InvalidField("image", _("does not exist."))
    if missing:
        raise InvalidField(
            "body", _("names picture %(number)d, which does not exist.") % {"number": missing[0]}
        )
