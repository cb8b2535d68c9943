"""Take in older articles of a paper: when it is first read, and after a gap in its log."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from stoppress.ingest.models import Copy
from stoppress.newsroom.models import Article

from .item import Item, Unreadable, read_item
from .paper import Paper
from .reading import Reading
from .taking_in import story_here
from .withdrawing import article_of

# Reasons of a snapshot after which the history is the same, and only some events are missing.
SAME_HISTORY = {"trimmed", "behind"}
# How far the two papers' clocks may be apart.
CLOCKS_APART = timedelta(minutes=5)


class History:
    """Takes in the older articles of a paper.

    Args:
        reading: takes in the items.
        paper: is asked for items without an event.
    """

    def __init__(self, reading: Reading, paper: Paper) -> None:
        self._reading, self._paper = reading, paper
        self._source = reading.source
        self._sought: set[str] = set()

    def take(self, snapshot: Mapping[str, Any]) -> None:
        """Take in a snapshot and the items that belong to it; then store its cursor.

        1. At the first reading: the items of the snapshot and all posts of its live stories, or
           everything if the source is `whole`.
        2. After a gap: bring the articles that are here to their state there, take in those
           published since the paper is followed, and retract here what is missing there.

        Raises:
            CursorMoved, PaperError, LiveError, DatabaseError: the cursor is not stored, and the
                next try takes in the rest.
        """
        first = not self._source.cursor
        if first and not self._source.whole:
            self._take_newest(snapshot)
        else:
            anew = not first and snapshot.get("reason") not in SAME_HISTORY
            # Also when `--all` is given later and everything is read again: events may be missing.
            self._retract_all_but(self._take_all(anew=anew))
        self._reading.finish(str(snapshot["cursor"]))

    def bring_story_of(self, event: Mapping[str, Any]) -> None:
        """Take in the live story of a post, with all its posts, if it is unknown here.

        If the story was retracted here and is restored, take in the posts that were left out.
        """
        try:
            item = read_item(event.get("item"))
        except Unreadable:
            return  # `Reading.apply` leaves it out
        if item.story is not None and self._is_unknown(item.story.key):
            self._bring_stories({item.story.key})
        self._bring_owed_posts(item.story.key if item.story is not None else item.key)

    def _take_newest(self, snapshot: Mapping[str, Any]) -> None:
        items: list[Item] = []
        for each in reversed(snapshot["items"]):
            with self._reading.leaving_out(each):
                items.append(read_item(each))
        for item in items:
            if not item.is_post:
                self._reading.put(item)
        stories = {item.story.key for item in items if item.story is not None}
        self._bring_stories({key for key in stories if self._is_unknown(key)})
        if any(item.is_live or item.is_post for item in items):
            self._take_posts()

    def _is_unknown(self, key: str) -> bool:
        # A story that was looked for and not found is not public there.
        return (
            key not in self._sought
            and not Copy.objects.filter(source=self._source, key=key).exists()
        )

    def _bring_stories(self, keys: set[str]) -> None:
        self._sought |= keys
        wanted = set(keys)
        if not wanted:
            return
        for item in self._paper.items():
            if isinstance(item, Item) and item.key in wanted:
                self._reading.put(item)
                wanted.discard(item.key)
            if not wanted:
                break
        self._take_posts(lambda item: item.story is not None and item.story.key in keys)

    def _bring_owed_posts(self, story: str) -> None:
        copies = Copy.objects.filter(source=self._source)
        owing = copies.filter(
            key=story, posts_owed=True, article__pub_status=Article.PubStatus.USABLE
        )
        if owing.exists():
            known = set(copies.values_list("uri", flat=True))
            self._take_posts(
                lambda item: (
                    item.story is not None and item.story.key == story and item.uri not in known
                )
            )
            owing.update(posts_owed=False)

    def _take_posts(self, wanted: Callable[[Item], bool] = lambda item: True) -> None:
        """Take in the wanted posts whose live stories are here."""
        for item in self._paper.items():
            if isinstance(item, Item) and item.is_post and wanted(item) and self._has_story(item):
                self._reading.put(item)

    def _take_all(self, *, anew: bool) -> set[str]:
        """Take in all items that belong here; return the `uri` of each that is public there."""
        known = set(Copy.objects.filter(source=self._source).values_list("uri", flat=True))
        since = self._source.created - CLOCKS_APART
        seen: set[str] = set()
        with_posts = False
        for item in self._paper.items():
            if not isinstance(item, Item):
                self._reading.leave_out(item, "it cannot be read")
                continue
            seen.add(item.uri)
            with_posts = with_posts or item.is_post
            belongs = self._source.whole or item.uri in known or item.first_published >= since
            if belongs and not item.is_post:
                self._reading.put(item, anew=anew)
        if with_posts:
            for item in self._paper.items():
                if isinstance(item, Item) and item.is_post and self._has_story(item):
                    self._reading.put(item, anew=anew)
        return seen

    def _has_story(self, post: Item) -> bool:
        return post.story is not None and story_here(self._source, post.story.key) is not None

    def _retract_all_but(self, seen: set[str]) -> None:
        """Retract the articles that are no longer public there."""
        copies = Copy.objects.filter(source=self._source, withdrawn=False)
        for copy in copies.select_related("article", "source").order_by("pk"):
            if copy.uri in seen or article_of(copy) is None:
                continue
            state = self._paper.state(copy.key) if copy.key else None
            # After a restored backup the number may belong to another article.
            if state is not None and state.get("uri") != copy.uri:
                state = None
            if state is None or state.get("pub_status") != "usable":
                note = state.get("retraction_note") if state else ""
                self._reading.retract(copy, note if isinstance(note, str) else "")
