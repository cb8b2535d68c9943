"""The fields of an article that callers may write, and how each value is checked."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from stoppress.newsroom.body.body import MAX_CHARS
from stoppress.newsroom.models import Article, Person, SourceType, Topic
from stoppress.newsroom.models.source_type import source_type_of

from .errors import InvalidField
from .row_checks import picture, reviewer, section, several
from .text_checks import Check, address, language, line, permanent_name, standfirst, text
from .time_checks import moment, moment_of_event

NOTE_CHARS = 2000
MOST_HOURS = 720  # of quiet: 30 days


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


def source_type(name: str, value: object) -> str:
    """Check how a text was made: one of our values, or the IPTC term as a URI or a code."""
    if value == "":
        return ""
    found = source_type_of(value.strip()) if isinstance(value, str) else None
    if found is None:
        words = ", ".join(SourceType.values)
        raise InvalidField(
            name,
            _("must be one of %(values)s, or an IPTC term for one of them.") % {"values": words},
        )
    return found.value


@dataclass(frozen=True)
class Field:
    """The check of a field, and whether it is public: part of the items that readers receive."""

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
    "image": Field(picture),
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
