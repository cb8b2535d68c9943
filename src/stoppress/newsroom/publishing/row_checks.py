"""Checks of the fields of an article that refer to other rows."""

from collections.abc import Callable, Iterable
from operator import attrgetter

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from stoppress.newsroom.models import Person, Picture, Section, Topic

from .errors import InvalidField
from .text_checks import UNSTORABLE, Check, clipped

MOST_RELATED = 20  # topics, or authors, of one article


def section(name: str, value: object) -> Section | None:
    """Check a section, given as an object or by its slug."""
    if value is None or value == "":
        return None
    wanted = {"slug": value} if isinstance(value, str) else {"pk": getattr(value, "pk", None)}
    storable = not isinstance(value, str) or not UNSTORABLE.search(value)
    found = Section.objects.filter(**wanted).first() if storable else None
    if found is None or not isinstance(value, str | Section):
        raise InvalidField(name, _("does not exist."))
    return found


def several(rows: Callable[[], QuerySet[Topic] | QuerySet[Person]]) -> Check:
    """Check a list of topics or people, given as objects or by their slugs."""

    def check(name: str, value: object) -> list[Topic | Person]:
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise InvalidField(name, _("must be a list of slugs."))
        slugs = {each if isinstance(each, str) else getattr(each, "slug", None) for each in value}
        wanted = {slug for slug in slugs if isinstance(slug, str) and not UNSTORABLE.search(slug)}
        found = list[Topic | Person](rows().filter(slug__in=wanted))
        missing = sorted(map(str, slugs - {each.slug for each in found}))
        if missing:
            raise InvalidField(
                name, _("has %(slug)s, which does not exist.") % {"slug": clipped(missing[0])}
            )
        if len(found) > MOST_RELATED:
            raise InvalidField(
                name,
                _("has %(number)d members; the limit is %(limit)d.")
                % {"number": len(found), "limit": MOST_RELATED},
            )
        return sorted(found, key=attrgetter("slug"))

    return check


def picture(name: str, value: object) -> Picture | None:
    """Check a picture, given as an object or by its id."""
    if value is None or value == "":
        return None
    pk = value.pk if isinstance(value, Picture) else value
    storable = isinstance(pk, int) and not isinstance(pk, bool) and 0 < pk < 2**63
    found = Picture.objects.filter(pk=str(pk)).first() if storable else None
    if found is None:
        raise InvalidField(name, _("does not exist."))
    return found


def reviewer(name: str, value: object) -> str:
    """Check the name of a user who may sign in; empty if nobody has reviewed the text."""
    if value == "":
        return ""
    user = get_user_model()
    storable = isinstance(value, str) and len(value) <= 254 and not UNSTORABLE.search(value)
    rows = user._default_manager.filter(**{user.USERNAME_FIELD: value}) if storable else ()
    if not any(each.is_active for each in rows):
        raise InvalidField(name, _("must be the name of a user who may sign in."))
    return str(value)
