"""Objects for the cells: an article or a post in each state, and a row of each other kind."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib.auth.models import AnonymousUser, Group, User

from stoppress.ingest.models import Source
from stoppress.live.clock import database_time
from stoppress.newsroom.models import ApiToken, Article, Person, Picture, Section, Topic
from stoppress.newsroom.publishing import (
    create_article,
    discard_draft,
    publish_article,
    retract_article,
    submit_article,
    update_article,
)
from tests.newsroom.pictures.made import picture
from tests.webhooks.made import made, noted, refused


def draft(**fields: object) -> Article:
    return create_article({"headline": "Bridge opens", **fields})


def public() -> Article:
    return publish_article(draft())


def retracted() -> Article:
    return retract_article(public(), "It was never so.")


def scheduled() -> Article:
    return draft(publish_at=database_time() + timedelta(days=1))


def submitted() -> Article:
    return submit_article(draft())


def discarded() -> Article:
    return discard_draft(draft())


def updated() -> Article:
    return update_article(public(), {"summary": "At last."})


def embargoed() -> Article:
    return draft(embargoed_until=database_time() + timedelta(days=1))


def live_one() -> Article:
    story = publish_article(draft(kind="live"))
    publish_article(create_article({"headline": "A tree fell"}, parent=story))
    return story


def draft_post(**fields: object) -> Article:
    return create_article({"headline": "A tree fell", **fields}, parent=live_one())


def public_post() -> Article:
    return publish_article(draft_post())


def retracted_post() -> Article:
    return retract_article(public_post(), "It was never so.")


def post_of_retracted(post: Article) -> Article:
    """Return a post after its story was retracted."""
    assert post.parent is not None
    retract_article(post.parent, "It was never so.")
    return post


ARTICLES: dict[str, Callable[[], Article]] = {
    "a draft": draft,
    "a scheduled one": scheduled,
    "an embargoed one": embargoed,
    "a submitted one": submitted,
    "a discarded one": discarded,
    "a public one": public,
    "an updated one": updated,
    "a retracted one": retracted,
    "a live one": live_one,
    "a live draft": lambda: draft(kind="live"),
    "a retracted live one": lambda: retract_article(live_one(), "It was never so."),
}
POSTS: dict[str, Callable[[], Article]] = {
    "a public post": public_post,
    "a draft of a post": draft_post,
    "a scheduled post": lambda: draft_post(publish_at=database_time() + timedelta(days=1)),
    "a submitted post": lambda: submit_article(draft_post()),
    "a discarded post": lambda: discard_draft(draft_post()),
    "an updated post": lambda: update_article(public_post(), {"headline": "An oak fell"}),
    "a retracted post": retracted_post,
    "a public post of a retracted story": lambda: post_of_retracted(public_post()),
    "a draft of a retracted story": lambda: post_of_retracted(draft_post()),
    "a retracted post of a retracted story": lambda: post_of_retracted(retracted_post()),
}
MADE = ARTICLES | POSTS


def shown_picture() -> Picture:
    shown = picture("shown")
    publish_article(draft(image=shown))
    return shown


PICTURES: dict[str, Callable[[], Picture]] = {
    "a picture": picture,
    "a shown picture": shown_picture,
}


class Things:
    """The articles, made when they are first asked for."""

    def __init__(self) -> None:
        Section.objects.create(slug="town", name="Town")
        Topic.objects.create(slug="town", name="Bridges")
        # The first is the author of nothing, and can be deleted.
        Person.objects.create(slug="jo", name="Jo Lind")
        Person.objects.create(slug="town", name="Mara Voss")
        Source.objects.create(title="Wire", url="https://wire.example/feed")
        webhook = made("archive", "https://archive.example/hook")
        noted(webhook).save()
        Group.objects.get_or_create(name="Desk")
        User.objects.create_user("zoe")
        ApiToken.issue("some program")
        publish_article(draft(authors=["town"]))
        refused(webhook)
        self._made: dict[tuple[str, int | None], Article] = {}
        self._pictures: dict[str, Picture] = {}

    def picture(self, state: str) -> Picture:
        """Return the picture in a state."""
        if state not in self._pictures:
            self._pictures[state] = PICTURES[state]()
        return self._pictures[state]

    def article(self, state: str, own: User | AnonymousUser | None = None) -> Article:
        """Return the article in a state; that of a user of his own, if one is given."""
        key = (state, own.pk if own else None)
        if key not in self._made:
            self._made[key] = MADE[state]()
            if own is not None:
                self._made[key].contributors.create(user=own)
        return self._made[key]
