"""Give each story of a document its key, also where a publisher uses an id twice. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from .identity import digest, fingerprint, link_alias, name
from .known import Known
from .story import Story


def possible_keys(story: Story) -> tuple[str, str, str]:
    """Return the keys a story may have: its name, its name at its link, its name with its words."""
    called = name(story)
    words = digest(*fingerprint(story).values())
    return called, f"{called} link:{digest(link_alias(story))}", f"{called} text:{words}"


def assign_keys(stories: Sequence[Story], memory: Mapping[str, Known]) -> list[str]:
    """Return a key for each story, empty where one only repeats another word for word.

    One of several stories with a name keeps it, the others get their link, or where they share
    that as well, their words into the key. A key once given is kept, in whatever company the
    story comes later.
    """
    candidates = [possible_keys(story) for story in stories]
    first: dict[str, int] = {}
    for place, (_, _, worded) in enumerate(candidates):
        first.setdefault(worded, place)
    groups: dict[str, list[int]] = defaultdict(list)
    for place in first.values():
        groups[candidates[place][0]].append(place)
    keys = [""] * len(stories)
    for called, places in groups.items():
        holder = _holder(called, places, stories, memory)
        sharing = Counter(candidates[place][1] for place in places)
        for place in places:
            _, linked, worded = candidates[place]
            if linked in memory or worded in memory:
                keys[place] = linked if linked in memory else worded
            elif place == holder:
                keys[place] = called
            else:
                keys[place] = linked if stories[place].link and sharing[linked] == 1 else worded
    # Two stories may be remembered at one link.
    return [key if key not in keys[:place] else "" for place, key in enumerate(keys)]


def repeated_names(stories: Sequence[Story]) -> int:
    """Return how many stories have the name of another one."""
    names = Counter(called for called in map(name, stories) if called)
    return sum(count - 1 for count in names.values())


def _holder(
    called: str, places: list[int], stories: Sequence[Story], memory: Mapping[str, Known]
) -> int | None:
    """Return which of the stories with a name is the one it is remembered for."""
    known = memory.get(called)
    if known is None or len(places) == 1:
        return places[0]
    same = [place for place in places if fingerprint(stories[place]) == known.fingerprint]
    if same:
        return same[0]
    there = [place for place in places if link_alias(stories[place]) == known.link_alias]
    return there[0] if len(there) == 1 else None
