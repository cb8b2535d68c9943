"""Give each story of a document a unique key, even if the publisher uses an id twice. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from .identity import digest, fingerprint, id_alias, link_alias, name, same_date_or_headline
from .known import Known
from .story import Story

TOLD_APART = re.compile("(.*) (?:link|text):[0-9a-f]{32}", re.DOTALL)


def possible_keys(story: Story) -> tuple[str, str, str]:
    """Return the three keys that a story may have: its name, or its name with its link or text."""
    called = name(story)
    words = digest(*fingerprint(story).values())
    return called, f"{called} link:{digest(link_alias(story))}", f"{called} text:{words}"


def assign_keys(stories: Sequence[Story], memory: Mapping[str, Known]) -> list[str]:
    """Return a key for each story; empty for a story that repeats another word for word.

    A repetition may have another id, if that is the same address written differently.

    If several stories share a name, one of them has the name as its key. The others have the name
    and their link, or, if they share the link too, the name and their text. A story keeps the key
    that it once got, whatever stories come with it later.
    """
    candidates = [possible_keys(story) for story in stories]
    first: dict[tuple[str, str], int] = {}
    for place, story in enumerate(stories):
        words = digest(*fingerprint(story).values())
        first.setdefault((id_alias(story) or candidates[place][0], words), place)
    groups: dict[str, list[int]] = defaultdict(list)
    for place in first.values():
        groups[candidates[place][0]].append(place)
    keys = [""] * len(stories)
    shared = {match[1] for match in map(TOLD_APART.fullmatch, memory) if match}
    links = {known.link_alias for known in memory.values()}
    for called, places in groups.items():
        holder = _holder(called, places, stories, memory, shared)
        sharing = Counter(candidates[place][1] for place in places)
        for place in places:
            _, linked, worded = candidates[place]
            if linked in memory or worded in memory:
                keys[place] = linked if linked in memory else worded
            elif place == holder:
                keys[place] = called
            else:
                link = link_alias(stories[place])
                own_link = link and link not in links and sharing[linked] == 1
                keys[place] = linked if own_link else worded
    # Two stories may have got the same key, from items with one link.
    return [key if key not in keys[:place] else "" for place, key in enumerate(keys)]


def repeated_names(stories: Sequence[Story]) -> int:
    """Return how many stories have the name of an earlier one."""
    names = Counter(called for called in map(name, stories) if called)
    return sum(count - 1 for count in names.values())


def _holder(
    called: str,
    places: list[int],
    stories: Sequence[Story],
    memory: Mapping[str, Known],
    shared: set[str],
) -> int | None:
    """Return the index of the story, among those with a name, that has the name as its key."""
    known = memory.get(called)
    if known is None:
        return places[0]
    if len(places) == 1:
        # A name that several stories shared before does not identify this one by itself.
        alone = called not in shared or same_date_or_headline(stories[places[0]], known)
        return places[0] if alone else None
    same = [place for place in places if fingerprint(stories[place]) == known.fingerprint]
    if same:
        return same[0]
    there = [place for place in places if link_alias(stories[place]) == known.link_alias]
    return there[0] if len(there) == 1 else None
