"""Choose the entries of a document to read: the newest ones, each in its last version. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from .edit_counts import base_and_count
from .entry import Entry
from .identity import exact_alias
from .pages import page, without_count

UNDATED = datetime.min.replace(tzinfo=UTC)


def superseded(entries: Sequence[Entry], atom: bool = False) -> set[int]:
    """Return the indexes of entries that are older versions of another one.

    In Atom, entries with one id are versions of one entry (RFC 4287, sections 4.1.1 and 4.2.6). The
    latest `updated` counts; among equal ones, the first. But some feeds give all their entries one
    id. So a version must also share a link, a headline or a date of publication with another one;
    or there are few entries with the id, and none has a date of publication.

    In RSS, publishers give several stories one id. So versions must also have the same link and
    date of publication, and each must have its own date of update.

    An id may count the edits of its entry, by a word or at the entry's own page. Of such entries
    with one headline or one date, the highest count is the last version.

    Args:
        atom: whether the document is an Atom feed.
    """
    older = _older_in_atom(entries) if atom else _older_by_date(entries)
    return older | _older_by_count(entries)


def _older_in_atom(entries: Sequence[Entry]) -> set[int]:
    versions: dict[str, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        if entry.id:
            versions[exact_alias(entry.id)].append(place)
    older: set[int] = set()
    for places in versions.values():
        last = max(places, key=lambda place: (_updated(entries[place]), -place))
        undated = not any(entries[place].published for place in places)
        few = len(places) == 2 or 2 * len(places) <= len(entries)
        older |= set(places) if undated and few else _of_one(entries, places, last)
        older.discard(last)
    return older


def _of_one(entries: Sequence[Entry], places: Sequence[int], last: int) -> set[int]:
    """Return the places of the entries that belong together with the entry at `last`.

    They share a link, a headline or a date of publication with it, or with another entry of the
    result.
    """
    sharing: dict[tuple[str, object], list[int]] = defaultdict(list)
    for place in places:
        for fact in _in_common(entries[place]):
            sharing[fact].append(place)
    found, new = {last}, [last]
    while new:
        for fact in _in_common(entries[new.pop()]):
            more = set(sharing.pop(fact, ())) - found
            found |= more
            new += more
    return found


def _in_common(entry: Entry) -> set[tuple[str, object]]:
    link = without_count(page(entry.link)) if entry.link else ""
    facts = {("title", entry.title), ("published", entry.published)}
    return {("link", link), *((what, value) for what, value in facts if value)}


def _older_by_date(entries: Sequence[Entry]) -> set[int]:
    versions: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        if entry.id and entry.updated:
            link = without_count(page(entry.link)) if entry.link else ""
            versions[entry.id, link, entry.published].append(place)
    older: set[int] = set()
    for places in versions.values():
        latest = max(_updated(entries[place]) for place in places)
        # If two entries have the same date, nobody can say which one is newer: both stay.
        older |= {place for place in places if _updated(entries[place]) < latest}
    return older


def _older_by_count(entries: Sequence[Entry]) -> set[int]:
    # The posts of a live story have counts too, but each has its own headline and date.
    versions: dict[tuple[object, ...], list[tuple[int, int]]] = defaultdict(list)
    for place, entry in enumerate(entries):
        link = page(entry.link) if entry.link else ""
        if link and (counted := base_and_count(entry.id, link)):
            for fact in filter(None, (entry.title, entry.published)):
                versions[without_count(link), counted[0], fact].append((counted[1], place))
    older: set[int] = set()
    for counts in versions.values():
        highest, _ = max(counts)
        older |= {place for count, place in counts if count < highest}
    return older


def newest(entries: Sequence[Entry], places: Sequence[int], most: int) -> set[int]:
    """Return the indexes of the newest entries, `most` of them.

    Entries are ordered by three keys:

    1. the later of the two dates; an entry without a date takes the date of the entry above it, or
       at the top that of the first entry with a date
    2. the date of publication: a rebuilt feed gives all its entries one date of update
    3. the distance from the nearer end of the document: some feeds add at the top, some at the
       bottom
    """
    latest = [
        max((d for d in (each.published, each.updated) if d), default=None) for each in entries
    ]
    date = next(filter(None, latest), UNDATED)
    dates: list[datetime] = []
    for own in latest:
        date = own or date
        dates.append(date)
    last = len(entries) - 1
    first = [entry.published or date for entry, date in zip(entries, dates, strict=True)]
    ranked = sorted(
        places, key=lambda at: (dates[at], first[at], -min(at, last - at)), reverse=True
    )
    return set(ranked[:most])


def _updated(entry: Entry) -> datetime:
    return entry.updated or UNDATED
