"""Where an article stands, in the words of the admin, and the list's filter for it."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html

from stoppress.newsroom.disclosure import disclosed
from stoppress.newsroom.models import Article, Version
from stoppress.newsroom.times import in_words

DRAFT, STATE = Article.PubStatus.WITHHELD, Article.DeskState
_HERE = Q(pub_status=DRAFT) & ~Q(desk_state=STATE.DISCARDED)

# Each state's name in the address, its label, and the articles that have it.
STATES: dict[str, tuple[str, Q]] = {
    "draft": ("Draft", Q(pub_status=DRAFT, desk_state=STATE.DRAFT)),
    "submitted": ("Submitted", Q(pub_status=DRAFT, desk_state=STATE.SUBMITTED)),
    "sent_back": ("Sent back", Q(pub_status=DRAFT, desk_state=STATE.SENT_BACK)),
    "scheduled": ("Scheduled", _HERE & Q(publish_at__isnull=False)),
    "embargoed": ("Under embargo", _HERE & Q(embargoed_until__isnull=False)),
    "failed": ("Could not be published", _HERE & ~Q(publish_failed="")),
    "public": ("Published", Q(pub_status=Article.PubStatus.USABLE)),
    "corrected": (
        "Corrected",
        Q(pub_status=Article.PubStatus.USABLE, correction_date__isnull=False),
    ),
    "retracted": ("Retracted", Q(pub_status=Article.PubStatus.CANCELED)),
    "discarded": ("Discarded", Q(pub_status=DRAFT, desk_state=STATE.DISCARDED)),
}


def state_of(article: Article) -> str:
    """Return an article's state in a word or two."""
    if article.is_retracted:
        return "Retracted"
    if article.is_public:
        return "Corrected" if article.correction_date else "Published"
    if article.is_discarded:
        return "Discarded"
    if article.publish_failed:
        return "Could not be published"
    if article.publish_at:
        return "Scheduled"
    state = STATE(article.desk_state)
    if article.embargoed_until and article.embargoed_until > timezone.now():
        return "Under embargo" if state == STATE.DRAFT else f"{state.label}, under embargo"
    return str(state.label)


def standing(article: Article) -> str:
    """Return what has become of an article, since when, and until when.

    Example: `It has been public since 22 Nov 2026, 09:00 UTC, pinned.`
    """
    if article.is_retracted:
        return f"{_done(article, Version.Act.RETRACTION, 'retracted')}."
    if article.is_public:
        return f"{_public(article)}."
    if article.is_discarded:
        return f"{_done(article, Version.Act.DISCARD, 'discarded')}."
    return " ".join(_draft(article))


def standing_with_link(article: Article) -> str:
    """Return the same with a link to the public page, if the article has one."""
    stands = standing(article)
    if not article.is_public:
        return stands
    link = '{} <a href="{}">See it on the site</a>'
    return format_html(link, stands, article.get_absolute_url())


def _public(article: Article) -> str:
    began = _latest(article, Version.Act.RETRACTION, Version.Act.RESTORE)
    again = began is not None and began.act == Version.Act.RESTORE
    since: Any = began.created if began is not None and again else article.first_published
    parts = [f"It has been public {'again ' if again else ''}since {in_words(since)}"]
    if article.correction_date:
        parts.append(f"corrected on {in_words(article.correction_date)}")
    parts += ["pinned"] if article.pinned else []
    parts += ["breaking news"] if article.breaking else []
    parts += [f"labelled “{label}”"] if (label := label_of(article)) else []
    return ", ".join(parts)


def _draft(article: Article) -> Iterator[str]:
    state, opens, now = STATE(article.desk_state), article.opens_at, timezone.now()
    if state == STATE.SUBMITTED:
        yield f"{_done(article, Version.Act.SUBMIT, 'submitted')}."
    elif state == STATE.SENT_BACK:
        yield f"{_done(article, Version.Act.SEND_BACK, 'sent back')}."
    elif not article.publish_at:
        yield "It is a draft."
    if article.publish_failed:
        yield f"It could not be published: {article.publish_failed}"
    elif article.publish_at and opens:
        yield f"It will be published {f'on {in_words(opens)}' if opens > now else 'at once'}."
    elif opens and opens > now:
        yield f"It is under embargo until {in_words(opens)}."
    if label := label_of(article):
        yield f"Readers will be told: “{label}”."


def label_of(article: Article) -> str:
    """Return the label that readers see on a machine’s unreviewed text; empty if none is due."""
    return "" if article.reviewed_by else disclosed(article.source_type, reviewed=False)


def _done(article: Article, act: Version.Act, done: str) -> str:
    latest = _latest(article, act)
    return f"It was {done} on {in_words(latest.created)}" if latest else f"It was {done}"


def _latest(article: Article, *acts: Version.Act) -> Version | None:
    found = article.versions.filter(act__in=acts)
    return found.only("act", "note", "by", "created").first()


def reason(article: Article) -> str:
    """Return why a draft came back or went, for the top of its page; empty if it did neither.

    Example: `Sent back by edith, 22 Nov 2026, 09:00 UTC: Who says so?`
    """
    if not article.is_draft:
        return ""
    if act := {STATE.SENT_BACK: Version.Act.SEND_BACK, STATE.DISCARDED: Version.Act.DISCARD}.get(
        STATE(article.desk_state)
    ):
        latest = _latest(article, act)
        if latest is None:
            return str(act.label)
        by = f" by {latest.by}" if latest.by else ""
        note = f": {latest.note}" if latest.note else "."
        return f"{act.label}{by}, {in_words(latest.created)}{note}"
    failed = article.publish_failed
    return f"Could not be published: {failed}" if failed else ""


class StateFilter(SimpleListFilter):
    """Lists the articles of one state; without a choice, all but the discarded drafts."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, label) for name, (label, _) in STATES.items()]

    def choices(self, changelist: ChangeList) -> Any:
        everything, *rest = super().choices(changelist)
        yield {**everything, "display": "All but discarded"}
        yield from rest

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        chosen = STATES[value][1] if value in STATES else ~STATES["discarded"][1]
        return queryset.filter(chosen)
