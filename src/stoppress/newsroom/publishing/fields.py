"""The fields of an article that callers may write, and how each value is checked."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from stoppress.newsroom.body.body import MAX_CHARS
from stoppress.newsroom.language import LANGUAGE, usual_case
from stoppress.newsroom.language import MAX_CHARS as LANGUAGE_CHARS
from stoppress.newsroom.letters import without_piles
from stoppress.newsroom.models import Article, Person, Section, SourceType, Topic
from stoppress.newsroom.models.source_type import source_type_of

from .errors import InvalidField

# Neither PostgreSQL nor UTF-8 nor XML 1.0 (section 2.2) can carry these.
UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
NOTE_CHARS = 2000
# Times are stored in UTC.
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
DAY = timedelta(days=1)
MOST_HOURS = 720  # of quiet: 30 days
MOST_RELATED = 20  # topics or authors of one article
# They change the direction of the text after them, so that it reads as another (Unicode UAX 9).
REORDERING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
# Invisible, although their category is letter or symbol.
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")

Check = Callable[[str, object], object]


def text(limit: int) -> Check:
    """Check a text of several lines; line ends become `\\n`, excess combining marks are removed."""

    def check(name: str, value: object) -> str:
        if not isinstance(value, str):
            raise InvalidField(name, _("must be text."))
        value = value.replace("\r\n", "\n").replace("\r", "\n")
        if UNSTORABLE.search(value):
            raise InvalidField(name, _("contains a control character or half a surrogate pair."))
        value = without_piles(value)
        if len(value) > limit:
            raise InvalidField(
                name,
                _("is %(number)d characters long; the limit is %(limit)d.")
                % {"number": len(value), "limit": limit},
            )
        return value

    return check


def line(limit: int, *, needed: bool = False) -> Check:
    """Check a text of one line, and strip the space around it."""
    several = text(limit)

    def check(name: str, value: object) -> str:
        value = str(several(name, value.strip() if isinstance(value, str) else value))
        if any(unicodedata.category(sign) in {"Cc", "Zl", "Zp"} for sign in value):
            raise InvalidField(name, _("must be a single line without control characters."))
        if REORDERING.search(value):
            raise InvalidField(name, _("contains a character that changes the text's direction."))
        if needed and not value:
            raise InvalidField(name, _("is required."))
        if value and not any(map(is_visible, value)):
            raise InvalidField(name, _("has no visible character."))
        return value

    return check


def is_visible(sign: str) -> bool:
    """Return whether a character is visible by itself; spaces, joiners and marks are not."""
    return unicodedata.category(sign)[0] in "LNPS" and sign not in BLANK


def standfirst(limit: int) -> Check:
    """Check a text of several lines; a text without a visible character becomes empty."""
    several = text(limit)

    def check(name: str, value: object) -> str:
        value = str(several(name, value))
        return value if any(map(is_visible, value)) else ""

    return check


def address(limit: int) -> Check:
    """Check an http or https address; it may be empty."""
    single = line(limit)

    def check(name: str, value: object) -> str:
        value = str(single(name, value))
        try:
            parts = urlsplit(value)
        except ValueError as error:
            raise InvalidField(name, _("is not an address.")) from error
        if value and not (parts.scheme in {"http", "https"} and parts.netloc):
            raise InvalidField(name, _("must begin with http:// or https://."))
        return value

    return check


def permanent_name(name: str, value: object) -> str:
    value = str(line(500, needed=True)(name, value))
    if re.search(r"\s", value):
        raise InvalidField(name, _("must not contain a space."))
    return value


def language(name: str, value: object) -> str:
    """Check a language tag, and put it in its usual case."""
    value = str(line(LANGUAGE_CHARS)(name, value))
    if not LANGUAGE.fullmatch(value):
        raise InvalidField(name, _("must be a language tag such as en or pt-BR."))
    return usual_case(value)


def body_format(name: str, value: object) -> str:
    if value not in Article.BodyFormat.values:
        raise InvalidField(
            name, _("must be one of %(values)s.") % {"values": ", ".join(Article.BodyFormat.values)}
        )
    return str(value)


def urgency(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 9:
        raise InvalidField(name, _("must be a whole number from 1 (breaking) to 9."))
    return value


def yes_or_no(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidField(name, _("must be true or false."))
    return value


def kind(name: str, value: object) -> str:
    if value not in Article.Kind.values:
        raise InvalidField(name, _("must be article or live."))
    return str(value)


def hours(name: str, value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_HOURS:
        raise InvalidField(
            name, _("must be a whole number of hours from 1 to %(most)d.") % {"most": MOST_HOURS}
        )
    return value


def moment(name: str, value: object) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, datetime) or timezone.is_naive(value):
        raise InvalidField(name, _("must be a time with its zone."))
    if not EARLIEST <= value <= LATEST:
        raise out_of_years(name)
    return value


def moment_of_event(name: str, value: object) -> datetime | None:
    """Check a time, and cut it to the millisecond, by which posts are in order.

    Pages show it in the site's zone, where it must have a date too.
    """
    checked = moment(name, value)
    if checked is not None and not EARLIEST + DAY <= checked <= LATEST - DAY:
        raise out_of_years(name)
    return checked and to_the_millisecond(checked)


def out_of_years(name: str) -> InvalidField:
    return InvalidField(name, _("must be between the years 1 and 9999, in every time zone."))


def to_the_millisecond(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


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
        found = list[Topic | Person](rows().filter(slug__in=wanted).order_by("slug"))
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
        return found

    return check


def source_type(name: str, value: object) -> str:
    """Check how a text was made: a word of ours, or IPTC's term as an address or a code."""
    if value == "":
        return ""
    found = source_type_of(value.strip()) if isinstance(value, str) else None
    if found is None:
        words = ", ".join(SourceType.values)
        raise InvalidField(
            name,
            _("must be one of %(values)s, or a term of IPTC's that means one.") % {"values": words},
        )
    return found.value


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


def clipped(text: str) -> str:
    """Return a text for a message, shortened and in quotation marks."""
    return repr(text if len(text) <= 60 else f"{text[:59]}…")


@dataclass(frozen=True)
class Field:
    """How a field is checked, and whether it is public: part of the items that readers receive."""

    check: Check
    public: bool = True


FIELDS: dict[str, Field] = {
    "kind": Field(kind),
    "headline": Field(line(300)),
    "summary": Field(standfirst(2000)),
    "body": Field(text(MAX_CHARS)),
    "body_format": Field(body_format),
    "byline": Field(line(200)),
    "located": Field(line(100)),
    "section": Field(section),
    "topics": Field(several(Topic.objects.all)),
    "authors": Field(several(Person.objects.all)),
    "language": Field(language),
    "occurred": Field(moment_of_event),
    "key_event": Field(yes_or_no),
    "quiet_hours": Field(hours, public=False),
    "urgency": Field(urgency),
    "pinned": Field(yes_or_no),
    "top_until": Field(moment, public=False),
    "source_type": Field(source_type),
    "reviewed_by": Field(reviewer),
    "source": Field(line(120)),
    "original_url": Field(address(2000)),
    "copyright_holder": Field(line(200), public=False),
    "copyright_notice": Field(line(500)),
    "usage_terms": Field(text(2000), public=False),
    "expires": Field(moment, public=False),
    "slugline": Field(line(100), public=False),
    "publish_at": Field(moment, public=False),
    "embargoed_until": Field(moment, public=False),
    "ed_note": Field(text(2000), public=False),
    "external_id": Field(line(500), public=False),
    "uri": Field(permanent_name),
}


def checked(fields: Mapping[str, object]) -> dict[str, object]:
    """Return the fields with the values to store.

    Raises:
        InvalidField: a name is unknown, or a value is not accepted.
    """
    for name in fields:
        if name not in FIELDS:
            raise InvalidField(name, _("is not a field that can be written."))
    return {name: FIELDS[name].check(name, value) for name, value in fields.items()}


def checked_note(note: str, *, needed: bool = False) -> str:
    """Return a public note as one paragraph."""
    paragraph = " ".join(note.split()) if isinstance(note, str) else note
    return str(line(NOTE_CHARS, needed=needed)("note", paragraph))


def checked_name(name: object) -> str:
    """Return the name of a section, a topic or a person as it is stored."""
    return str(line(100, needed=True)("name", name))
