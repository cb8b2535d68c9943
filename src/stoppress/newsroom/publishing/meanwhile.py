"""Changes that others have made to an article since an editor read it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from stoppress.newsroom.merging import Merge, merge
from stoppress.newsroom.models import Article, Version

from .errors import NewsroomError
from .fields import FIELDS
from .stored_fields import present_fields, version_fields
from .time_checks import moment, moment_of_event

# Acts that change whether readers see the article.
SHOWN_OR_GONE = (Version.Act.PUBLISH, Version.Act.RETRACTION, Version.Act.RESTORE)
# Fields newer than the first versions: in a version without them they count as empty.
LATER_FIELDS = {
    "source_type": "",
    "reviewed_by": "",
    "kind": "article",
    "occurred": None,
    "key_event": False,
    "quiet_hours": None,
    "image": None,
}
TIMES = tuple(name for name, field in FIELDS.items() if field.check in {moment, moment_of_event})


@dataclass(frozen=True)
class Change:
    """A change that others have made to a field.

    Attributes:
        read: the number of the version that the editor has read.
        before: its value, as a version stores it.
        known: whether this value is known.
        now: the present value.
        version: the version that set the present value; None if it is not in the history.
    """

    name: str
    read: int
    before: object
    known: bool
    now: object
    version: Version | None


class EditConflict(NewsroomError):
    """Others changed a field that the editor also changed or must look at first.

    Nothing was saved.

    Attributes:
        article: the present article, locked.
        conflicts: the editor decides each of them.
        kept: the changes of others to fields that the editor did not change.
        act: the version that published, retracted, restored or sent back the article meanwhile;
            None if there is none.
    """

    def __init__(
        self,
        article: Article,
        conflicts: Iterable[Change] = (),
        kept: Iterable[Change] = (),
        act: Version | None = None,
    ) -> None:
        super().__init__(_("Somebody else has changed the article meanwhile. Nothing was saved."))
        self.article, self.act = article, act
        self.conflicts, self.kept = tuple(conflicts), tuple(kept)


def is_read(article: Article, number: int) -> bool:
    """Return whether nobody has changed an article since this version."""
    return article.edited_version <= number <= article.version


def merged(
    article: Article,
    own: Mapping[str, object],
    number: int,
    *,
    asked: Collection[str] = (),
    over: Collection[str] = (),
) -> Merge:
    """Merge an editor's fields into a locked article; see `merging.merge`.

    Args:
        own: the editor's values as a version stores them. Times are compared without fractions
            of a second, because an input shows none.
        number: the version that the editor has read.
    """
    present = present_fields(article)
    read = present if is_read(article, number) else fields_of(article, number)
    values = (_to_the_second(each) for each in (read, present, own))
    return merge(*values, asked=asked, over=over)


def _to_the_second(values: Mapping[str, object]) -> dict[str, object]:
    cut = dict(values)
    for name in TIMES:
        if isinstance(value := cut.get(name), str):
            cut[name] = datetime.fromisoformat(value).replace(microsecond=0).isoformat()
    return cut


def fields_of(article: Article, number: int) -> dict[str, object]:
    """Return the known fields of a version; a withdrawn version has none."""
    if number > article.version:
        return {}
    # A number without a version has the fields of the one before: only a name was changed.
    version = article.versions.filter(version__lte=number).first()
    return _fields(version) if version is not None else {}


def changes_since(article: Article, number: int, names: Collection[str]) -> list[Change]:
    """Return the latest change of each of these fields, in the order of `FIELDS`.

    Args:
        number: the version that an editor has read.
    """
    if not names:
        return []
    read, present = fields_of(article, number), present_fields(article)
    ordered = [name for name in FIELDS if name in names]
    found: dict[str, Version] = {}
    looked_for = set(ordered)
    # From the latest version back to the one read: the last with the present value has set it.
    for version in article.versions.filter(version__gt=number).iterator(chunk_size=20):
        values = _fields(version)
        looked_for = {name for name in looked_for if values.get(name) == present[name]}
        found |= dict.fromkeys(looked_for, version)
        if not looked_for:
            break
    return [
        Change(name, number, read.get(name), name in read, present[name], found.get(name))
        for name in ordered
    ]


def changed_since(article: Article, number: int) -> list[str]:
    """Return the names of the known fields of a version that differ from the present ones."""
    read, present = fields_of(article, number), present_fields(article)
    return [name for name in FIELDS if name in read and read[name] != present[name]]


def act_since(article: Article, number: int, acts: Collection[Version.Act]) -> Version | None:
    """Return the latest version with one of these acts since a version; None if there is none."""
    return article.versions.filter(version__gt=number, act__in=acts).defer("body").first()


def _fields(version: Version) -> dict[str, object]:
    if version.withdrawn:
        return {}
    return {**LATER_FIELDS, **version_fields(version)}
