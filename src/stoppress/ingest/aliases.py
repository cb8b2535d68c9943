"""Find the item that a story is under another name. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from .edit_counts import (
    are_edits_of_one,
    are_of_other_hosts,
    names_a_story,
    names_one_story,
    say_so,
)
from .identity import (
    exact_alias,
    id_alias,
    link_alias,
    name,
    same_date_and_headline,
    same_date_or_headline,
    says_much_the_same,
)
from .known import Known
from .story import Story

AT_ONCE = timedelta(0)
A_DAY = timedelta(hours=12)  # what comes out each day is further apart, at whatever hour


class Aliases:
    """The items that no story of a document names, to be found by what else they went by."""

    def __init__(self, stories: Sequence[Story], unnamed: Iterable[Known]) -> None:
        # What several have at once tells none of them.
        self._ids = Counter(map(id_alias, stories))
        self._links = Counter(map(link_alias, stories))
        self._by_id: dict[str, list[Known]] = defaultdict(list)
        self._by_link: dict[str, list[Known]] = defaultdict(list)
        self._taken: set[str] = set()
        for known in unnamed:
            self._by_id[known.id_alias].append(known)
            self._by_link[known.link_alias].append(known)

    def take(self, story: Story) -> Known | None:
        """Return the item that a story with a new key is, if there is one; no other gets it."""
        found = self._same_id(story) or self._same_link(story)
        if found is None or found.key in self._taken:
            return None
        self._taken.add(found.key)
        return found

    def _same_id(self, story: Story) -> Known | None:
        alias = id_alias(story)
        if not story.id and self._links[link_alias(story)] > 1:
            return None  # a link that several share calls none of them
        found = self._by_id[alias] if alias and self._ids[alias] == 1 else []
        if len(found) != 1:
            return None
        # `?source=` may track, or say whose stories these are.
        surely = exact_alias(name(story)) == exact_alias(found[0].key)
        return found[0] if surely or says_much_the_same(story, found[0], AT_ONCE) else None

    def _same_link(self, story: Story) -> Known | None:
        """Return the one item at a story's link, where the two have more in common than that.

        Some feeds give all their items one link, so it takes an id that counts edits, or that of
        another host, or the same date too, or the same headline where a date is missing; at the
        front page both. A count that is no more than a number may be that of a puzzle or an
        episode, so something else must be as it was; at a page called as one story is, the day.
        """
        alias = link_alias(story)
        found = self._by_link[alias] if alias and self._links[alias] == 1 else []
        if len(found) != 1:
            return None
        known = found[0]
        called = name(story)
        counted = are_edits_of_one(called, known.key, alias)
        within = A_DAY if names_one_story(alias) else AT_ONCE
        if counted and says_much_the_same(story, known, within):
            return known
        if not names_a_story(alias):
            return known if same_date_and_headline(story, known) else None
        if say_so(called, known.key, alias) or same_date_or_headline(story, known):
            return known
        if names_one_story(alias) and are_of_other_hosts(called, known.key):
            return known
        return None
