"""Find the known item of a story whose key has changed. Pure."""

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
A_DAY = timedelta(hours=12)  # items of a daily series are further apart, whatever their hour


class Aliases:
    """Finds items whose key is not in the document, by their other ids and links."""

    def __init__(self, stories: Sequence[Story], unnamed: Iterable[Known]) -> None:
        # An id or link that several stories share identifies none of them.
        self._ids = Counter(map(id_alias, stories))
        self._links = Counter(map(link_alias, stories))
        self._by_id: dict[str, list[Known]] = defaultdict(list)
        self._by_link: dict[str, list[Known]] = defaultdict(list)
        self._taken: set[str] = set()
        for known in unnamed:
            self._by_id[known.id_alias].append(known)
            self._by_link[known.link_alias].append(known)

    def take(self, story: Story) -> Known | None:
        """Return the item of a story with a new key, if any; each item is returned once."""
        found = self._same_id(story) or self._same_link(story)
        if found is None or found.key in self._taken:
            return None
        self._taken.add(found.key)
        return found

    def _same_id(self, story: Story) -> Known | None:
        alias = id_alias(story)
        if not story.id and self._links[link_alias(story)] > 1:
            return None  # a link that several stories share identifies none of them
        found = self._by_id[alias] if alias and self._ids[alias] == 1 else []
        if len(found) != 1:
            return None
        # A parameter such as `?source=` may only track, or may identify the publisher.
        surely = exact_alias(name(story)) == exact_alias(found[0].key)
        return found[0] if surely or says_much_the_same(story, found[0], AT_ONCE) else None

    def _same_link(self, story: Story) -> Known | None:
        """Return the only item with a story's link, if the two have more in common than the link.

        Some feeds give all their items one link. So one of these must hold too:

        - the two ids differ in a count of edits that a word or the page explains
        - the ids differ in nothing but the host, and the link is to one story
        - the dates are equal, or, if a date is missing, the headlines
        - the ids differ in any count, and the headline, the text or the date is as it was; a bare
          number may count puzzles or episodes. At a link to one story, a date within 12 hours is
          enough

        If the link is to the front page, both the date and the headline must be equal, unless
        the last rule holds.
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
