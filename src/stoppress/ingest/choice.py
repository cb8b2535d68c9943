"""Choose which of a document's entries are read: of many the newest, of versions the last. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from .edit_counts import base_and_count
from .entry import Entry
from .identity import exact_alias
from .pages import page, without_count

UNDATED = datetime.min.replace(tzinfo=UTC)


def superseded(entries: Sequence[Entry], atom: bool = False) -> set[int]:
    """Return the places of entries that are older versions of another one.

    Versions of an Atom entry have one id (RFC 4287, section 4.1.1), which no other entry has
    (4.2.6): the latest is the entry, of those of one moment the first. But some feeds give all
    their entries one id, so a version shares a link, a headline or a date of publication with
    another one, or none of a few says when it was published. Elsewhere publishers give several
    stories one id, so links and dates have to agree, and each version has a date of its own.
    Where an id counts the edits of its entry, by a word or at the page that the entry leads to,
    the highest count of one headline or one date is the entry.

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
    """Return those places whose entries have something in common with the last, or each other."""
    sharing: dict[tuple[str, object], list[int]] = defaultdict(list)
    for place in places:
        for said in _in_common(entries[place]):
            sharing[said].append(place)
    found, new = {last}, [last]
    while new:
        for said in _in_common(entries[new.pop()]):
            more = set(sharing.pop(said, ())) - found
            found |= more
            new += more
    return found


def _in_common(entry: Entry) -> set[tuple[str, object]]:
    link = without_count(page(entry.link)) if entry.link else ""
    told = {("title", entry.title), ("published", entry.published)}
    return {("link", link), *((what, value) for what, value in told if value)}


def _older_by_date(entries: Sequence[Entry]) -> set[int]:
    versions: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        if entry.id and entry.updated:
            link = without_count(page(entry.link)) if entry.link else ""
            versions[entry.id, link, entry.published].append(place)
    older: set[int] = set()
    for places in versions.values():
        latest = max(_updated(entries[place]) for place in places)
        # Two of the same moment contradict each other, and which is right nobody can say.
        older |= {place for place in places if _updated(entries[place]) < latest}
    return older


def _older_by_count(entries: Sequence[Entry]) -> set[int]:
    # Posts of a live story have counts as well, but each its own headline and date.
    versions: dict[tuple[object, ...], list[tuple[int, int]]] = defaultdict(list)
    for place, entry in enumerate(entries):
        link = page(entry.link) if entry.link else ""
        if link and (counted := base_and_count(entry.id, link)):
            for said in filter(None, (entry.title, entry.published)):
                versions[without_count(link), counted[0], said].append((counted[1], place))
    older: set[int] = set()
    for counts in versions.values():
        highest, _ = max(counts)
        older |= {place for count, place in counts if count < highest}
    return older


def newest(entries: Sequence[Entry], places: Sequence[int], most: int) -> set[int]:
    """Return the places of the newest entries, `most` of them.

    Of a date that many have, such as that of a rebuilt feed, the date of publication tells more.
    Where dates do not tell, what stands at either end of the document is newer than what stands
    between: some feeds add at the top, others at the bottom. An entry without a date has that of
    the one above it, and at the top that of the first one with a date.
    """
    told = [max((d for d in (each.published, each.updated) if d), default=None) for each in entries]
    date = next(filter(None, told), UNDATED)
    dates: list[datetime] = []
    for own in told:
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
