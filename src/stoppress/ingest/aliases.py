"""Find the item that a story is under another name. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from .edit_counts import are_edits_of_one
from .identity import fingerprint, id_alias, link_alias, name, same_date_or_headline
from .known import Known
from .story import Story


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
        return found[0] if len(found) == 1 else None

    def _same_link(self, story: Story) -> Known | None:
        """Return the one item at a story's link, where the two have more in common than that.

        Some feeds give all their items one link, so it takes an id that counts edits, or the same
        date too, or the same headline where a date is missing.
        """
        alias = link_alias(story)
        found = self._by_link[alias] if alias and self._links[alias] == 1 else []
        if len(found) != 1:
            return None
        known = found[0]
        if alias.endswith("/") and alias.count("/") == 1:
            # A front page names no story: there it takes both.
            same = fingerprint(story)["headline"] == known.fingerprint.get("headline")
            return known if same and story.published == known.published else None
        if are_edits_of_one(name(story), known.key, alias):
            return known
        return known if same_date_or_headline(story, known) else None
