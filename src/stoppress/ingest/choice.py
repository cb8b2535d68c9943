"""Choose which of a document's entries are read: of many the newest, of versions the last. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from .entry import Entry
from .pages import page, without_count

UNDATED = datetime.min.replace(tzinfo=UTC)


def superseded(entries: Sequence[Entry]) -> set[int]:
    """Return the places of entries that are older versions of another one.

    An Atom document may hold several versions of an entry, with one id and each with its own
    `updated` (RFC 4287, section 4.1.1): the latest is the entry. Where links or dates of
    publication differ, these are stories whose publisher gives all of them one id.
    """
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


def newest(entries: Sequence[Entry], places: Sequence[int], most: int) -> set[int]:
    """Return the places of the newest entries, `most` of them.

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
    ranked = sorted(places, key=lambda at: (dates[at], -min(at, last - at)), reverse=True)
    return set(ranked[:most])


def _updated(entry: Entry) -> datetime:
    return entry.updated or UNDATED
