"""The posts of one writer of a drill, in the live stories that all writers share."""

import random
from collections.abc import Callable, Sequence
from datetime import timedelta

from stoppress.live.clock import database_time
from stoppress.newsroom import publishing
from stoppress.newsroom.models import Article

# Posts that a writer still changes; older ones are left as they are.
POSTS = 20


class Posts:
    """Publishes posts, then changes, pins, moves, retracts and restores them.

    Args:
        stories: the ids of the live stories; without any there is nothing to do.
    """

    def __init__(self, name: str, chance: random.Random, stories: Sequence[int]) -> None:
        self._name, self._chance, self._stories = name, chance, stories
        self._public: list[Article] = []
        self._retracted: list[Article] = []
        self._made = 0

    def verbs(self) -> list[Callable[[], None]]:
        """Return the verbs that are possible now; one that is listed twice is chosen more often."""
        if not self._stories:
            return []
        verbs: list[Callable[[], None]] = [self._publish] * 3
        if self._public:
            verbs += [self._update, self._tell_late, self._mark, self._correct, self._move]
        if len(self._public) > 3:
            verbs += [self._retract]
        if self._retracted:
            verbs += [self._restore]
        return verbs

    def kept(self) -> tuple[list[Article], list[Article]]:
        """Return the writer's posts, to be restored after a failed transaction."""
        return list(self._public), list(self._retracted)

    def go_back(self, kept: tuple[list[Article], list[Article]]) -> None:
        self._public, self._retracted = kept

    def _publish(self) -> None:
        self._made += 1
        story = Article.objects.get(pk=self._chance.choice(self._stories))
        fields = {
            "headline": f"{self._name}, post {self._made}",
            "body": "A sentence, *with* a [link](https://example.org/).",
            "key_event": self._chance.random() < 0.3,
        }
        post = publishing.create_article(fields, parent=story)
        self._public.append(publishing.publish_article(post))
        del self._public[:-POSTS]

    def _update(self) -> None:
        self._change({"headline": f"Updated by {self._name}: {self._chance.random():.6f}"})

    def _tell_late(self) -> None:
        minutes = self._chance.randint(1, 60)
        self._change({"occurred": database_time() - timedelta(minutes=minutes)})

    def _mark(self) -> None:
        """Pin or unpin a post; set or clear its key event mark."""
        name = self._chance.choice(["pinned", "key_event"])
        place = self._place(self._public)
        self._change({name: not getattr(self._public[place], name)}, place)

    def _correct(self) -> None:
        place = self._place(self._public)
        fields = {"body": f"It was {self._chance.random():.6f}."}
        post = publishing.correct_article(self._public[place], "A number was wrong.", fields)
        self._public[place] = post

    def _move(self) -> None:
        place = self._place(self._public)
        story = Article.objects.get(pk=self._chance.choice(self._stories))
        self._public[place] = publishing.move_post(self._public[place], story)

    def _retract(self) -> None:
        post = self._public.pop(self._place(self._public))
        self._retracted.append(publishing.retract_article(post, "It was never so."))

    def _restore(self) -> None:
        post = self._retracted.pop(self._place(self._retracted))
        self._public.append(publishing.restore_article(post))

    def _change(self, fields: dict[str, object], place: int | None = None) -> None:
        place = self._place(self._public) if place is None else place
        self._public[place] = publishing.update_article(self._public[place], fields)

    def _place(self, posts: Sequence[Article]) -> int:
        return self._chance.randrange(len(posts))
