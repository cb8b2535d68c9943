"""Articles and posts in every state that readers must not see, and one of each that they do.

All are full of canaries.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Person, Picture, Section, Topic, WorkingCopy
from stoppress.newsroom.publishing import (
    add_note,
    create_article,
    discard_draft,
    publish_article,
    restore_article,
    retract_article,
    send_back_article,
    submit_article,
    update_article,
    withdraw_version,
)
from tests.newsroom.pictures.made import picture

from . import words

FAR = timedelta(days=400)
AUTHOR, OTHER = "ann", "ben"


@dataclass(frozen=True)
class Planted:
    """The articles and posts by their states."""

    articles: dict[str, Article]

    def __getitem__(self, state: str) -> Article:
        return self.articles[state]


def plant() -> Planted:
    """Make the articles and posts, by the verbs where there is one."""
    later = database_time() + FAR
    author = User.objects.get_or_create(username=AUTHOR)[0]
    Section.objects.get_or_create(slug="town", defaults={"name": "Town"})
    topic = Topic.objects.get_or_create(slug="bridges", defaults={"name": "Bridges"})[0]
    person = Person.objects.get_or_create(slug="mara", defaults={"name": "Mara Voss"})[0]
    related = {"section": "town", "topics": [topic], "authors": [person]}

    def draft(state: str, **more: object) -> Article:
        # Nothing may be left of a version withdrawn; a picture of it would stay at the desk.
        image = None if state == "withdrawn" else planted_picture(state)
        fields = words.fields(state) | related | {"image": image}
        return create_article(fields | more, by=AUTHOR)

    made = {"draft": draft("draft")}
    made["submitted"] = submit_article(draft("submitted"), by=AUTHOR)
    made["sentback"] = send_back_article(
        submit_article(draft("sentback"), by=AUTHOR), words.text("note", "of_sentback"), by=OTHER
    )
    made["discarded"] = discard_draft(draft("discarded"), by=AUTHOR)
    made["scheduled"] = draft("scheduled", publish_at=later)
    made["embargoed"] = draft("embargoed", publish_at=later, embargoed_until=later)
    made["retracted"] = retract_article(
        publish_article(draft("retracted"), by=AUTHOR),
        "It was never so.",
        by=AUTHOR,
    )
    made["public"] = publish_article(draft("public", urgency=1), by=AUTHOR)
    # What was typed before the publication is no reader's.
    early = draft("early")
    made["early"] = publish_article(update_article(early, shown_instead(), by=AUTHOR), by=AUTHOR)
    # Retracted, rewritten and restored: only the new text is a reader's.
    wrong = publish_article(draft("restored"), by=AUTHOR)
    wrong = update_article(wrong, {"summary": words.text("restored", "update")}, by=AUTHOR)
    wrong = retract_article(wrong, "It was never so.", by=AUTHOR)
    made["restored"] = restore_article(update_article(wrong, shown_instead(), by=AUTHOR), by=AUTHOR)
    # An older version with a libel, of which nothing is left.
    libel = publish_article(draft("withdrawn"), by=AUTHOR)
    made["withdrawn"] = withdraw_version(
        update_article(libel, shown_instead(), by=AUTHOR), [1, 2], note="A libel.", by=OTHER
    )
    # Rows that no verb makes: the gate alone keeps them from readers.
    made["held"] = _opened(draft("held"), embargoed_until=later)
    made["orphan"] = _opened(draft("orphan"), kind="post", parent=made["draft"])
    made |= _posts(later)

    for state in ("draft", "public"):
        add_note(made[state], words.text("note", f"on_{state}"), by=AUTHOR)
        typed = {"headline": words.text("copy", f"of_{state}")}
        WorkingCopy.objects.create(user=author, article=made[state], base=1, fields=typed)
    return Planted(made)


def _posts(later: datetime) -> dict[str, Article]:
    """Make posts of a live story that is public, of a draft, and of one that is retracted."""
    plain: dict[str, object] = {"headline": "Storm"}
    stories = [
        create_article(fields | {"kind": "live"}, by=AUTHOR)
        for fields in (plain, words.fields("storyretracted"), plain)
    ]
    story, retracted = (publish_article(each, by=AUTHOR) for each in stories[:2])

    def draft(state: str, parent: Article = story, **more: object) -> Article:
        fields = words.of_post(state)
        fields["body"] = f"{fields['body']}\n\n![](picture:{planted_picture(state).pk})"
        return create_article(fields | more, parent=parent, by=AUTHOR)

    made = {"postdraft": draft("postdraft"), "postofdraft": draft("postofdraft", stories[2])}
    made["postscheduled"] = draft("postscheduled", publish_at=later, key_event=True)
    made["post"] = publish_article(draft("post", key_event=True), by=AUTHOR)
    wrong = publish_article(draft("postretracted", key_event=True), by=AUTHOR)
    made["postretracted"] = retract_article(wrong, "It was never so.", by=AUTHOR)
    wrong = publish_article(draft("postofretracted", retracted, key_event=True), by=AUTHOR)
    made["storyretracted"] = retract_article(retracted, "It was never so.", by=AUTHOR)
    made["postofretracted"] = wrong
    return made


def shown_instead() -> dict[str, object]:
    """Return plain values for all fields that have had a canary."""
    plain: dict[str, object] = {"headline": "Bridge opens", "image": None}
    return dict.fromkeys((*words.TEXTS, *words.DESK), "") | plain


def planted_picture(state: str) -> Picture:
    """Make a picture whose files and words are canaries."""
    said = {name: words.text(state, name) for name in words.OF_A_PICTURE}
    return picture(words.text(state, "picture"), **said)


def _opened(article: Article, **more: object) -> Article:
    now = database_time()
    # Long ago: no verb takes such a place, so nothing else can have it.
    place = f"{now - FAR:%Y-%m-%dT%H:%M:%S}.{article.pk:03}Z"
    row = {"pub_status": "usable", "first_published": now, "place": place, "order": f"0-{place}"}
    Article.objects.filter(pk=article.pk).update(**row | more)
    article.refresh_from_db()
    return article
