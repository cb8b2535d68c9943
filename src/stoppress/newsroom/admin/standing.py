"""An article's state in the words of the admin, and the list's filter for it."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy, pgettext, pgettext_lazy

from stoppress.newsroom.disclosure import disclosed
from stoppress.newsroom.models import Article, Version
from stoppress.newsroom.models.article_choices import Coverage
from stoppress.newsroom.times import in_words

DRAFT, STATE = Article.PubStatus.WITHHELD, Article.DeskState
COVERAGE = {
    Coverage.OPEN: pgettext_lazy("coverage", "live"),
    Coverage.PAUSED: pgettext_lazy("coverage", "paused"),
    Coverage.CLOSED: pgettext_lazy("coverage", "ended"),
}
_HERE = Q(pub_status=DRAFT) & ~Q(desk_state=STATE.DISCARDED)

# Each state's name in the address, its label, and the articles that have it.
STATES: dict[str, tuple[Any, Q]] = {
    "draft": (gettext_lazy("Draft"), Q(pub_status=DRAFT, desk_state=STATE.DRAFT)),
    "submitted": (gettext_lazy("Submitted"), Q(pub_status=DRAFT, desk_state=STATE.SUBMITTED)),
    "sent_back": (gettext_lazy("Sent back"), Q(pub_status=DRAFT, desk_state=STATE.SENT_BACK)),
    "scheduled": (gettext_lazy("Scheduled"), _HERE & Q(publish_at__isnull=False)),
    "embargoed": (gettext_lazy("Under embargo"), _HERE & Q(embargoed_until__isnull=False)),
    "failed": (gettext_lazy("Could not be published"), _HERE & ~Q(publish_failed="")),
    "public": (gettext_lazy("Published"), Q(pub_status=Article.PubStatus.USABLE)),
    "corrected": (
        gettext_lazy("Corrected"),
        Q(pub_status=Article.PubStatus.USABLE, correction_date__isnull=False),
    ),
    "retracted": (gettext_lazy("Retracted"), Q(pub_status=Article.PubStatus.CANCELED)),
    "discarded": (gettext_lazy("Discarded"), Q(pub_status=DRAFT, desk_state=STATE.DISCARDED)),
}
# The state after an act, in a sentence with its time and in one without.
DONE = {
    Version.Act.SUBMIT: (
        gettext_lazy("It was submitted on %(time)s."),
        gettext_lazy("It was submitted."),
    ),
    Version.Act.SEND_BACK: (
        gettext_lazy("It was sent back on %(time)s."),
        gettext_lazy("It was sent back."),
    ),
    Version.Act.DISCARD: (
        gettext_lazy("It was discarded on %(time)s."),
        gettext_lazy("It was discarded."),
    ),
    Version.Act.RETRACTION: (
        gettext_lazy("It was retracted on %(time)s."),
        gettext_lazy("It was retracted."),
    ),
}


def state_of(article: Article) -> str:
    """Return an article's state in a word or two."""
    if article.is_retracted:
        return _label("retracted")
    if article.is_public:
        label = _label("corrected" if article.correction_date else "public")
        told = coverage_of(article)
        return f"{label}, {told}" if told else label
    if article.is_discarded:
        return _label("discarded")
    if article.publish_failed:
        return _label("failed")
    if article.publish_at:
        return _label("scheduled")
    state = STATE(article.desk_state)
    if article.embargoed_until and article.embargoed_until > timezone.now():
        if state == STATE.DRAFT:
            return _label("embargoed")
        return gettext("%(state)s, under embargo") % {"state": _label(state.value)}
    return _label(state.value)


def coverage_of(article: Article) -> str:
    """Return whether a public live story goes on: `live`, `paused` or `ended`; empty for others."""
    return str(COVERAGE[Coverage(article.coverage)]) if article.coverage else ""


def _label(state: str) -> str:
    return str(STATES[state][0])


def standing(article: Article) -> str:
    """Return an article's state in sentences, with the times of its beginning and end.

    Example: `It has been public since 22 Nov 2026, 09:00 UTC, pinned.`
    """
    if article.is_retracted:
        return _done(article, Version.Act.RETRACTION)
    if article.is_public:
        return _public(article)
    if article.is_discarded:
        return _done(article, Version.Act.DISCARD)
    return " ".join(_draft(article))


def standing_with_link(article: Article) -> str:
    """Return the same with a link to the public page, if the article has one."""
    stands = standing(article)
    if not article.is_public:
        return stands
    link = '{} <a href="{}">{}</a>'
    return format_html(link, stands, article.get_absolute_url(), gettext("See it on the site"))


def _public(article: Article) -> str:
    began = _latest(article, Version.Act.RETRACTION, Version.Act.RESTORE)
    again = began is not None and began.act == Version.Act.RESTORE
    since: Any = began.created if began is not None and again else article.first_published
    stands = (
        gettext("It has been public again since %(time)s")
        if again
        else gettext("It has been public since %(time)s")
    )
    parts = [stands % {"time": in_words(since)}]
    if date := article.correction_date:
        parts.append(pgettext("article", "corrected on %(time)s") % {"time": in_words(date)})
    parts += [pgettext("article", "pinned")] if article.pinned else []
    parts += [gettext("breaking news")] if article.breaking else []
    if told := coverage_of(article):
        parts.append(told)
    if label := label_of(article):
        parts.append(pgettext("article", "labelled “%(label)s”") % {"label": label})
    return f"{', '.join(parts)}."


def _draft(article: Article) -> Iterator[str]:
    state, opens, now = STATE(article.desk_state), article.opens_at, timezone.now()
    if state == STATE.SUBMITTED:
        yield _done(article, Version.Act.SUBMIT)
    elif state == STATE.SENT_BACK:
        yield _done(article, Version.Act.SEND_BACK)
    elif not article.publish_at:
        yield gettext("It is a draft.")
    if article.publish_failed:
        yield gettext("It could not be published: %(why)s") % {"why": article.publish_failed}
    elif article.publish_at and opens and opens > now:
        yield gettext("It will be published on %(time)s.") % {"time": in_words(opens)}
    elif article.publish_at:
        yield gettext("It will be published at once.")
    elif opens and opens > now:
        yield gettext("It is under embargo until %(time)s.") % {"time": in_words(opens)}
    if label := label_of(article):
        yield gettext("Readers will see the label “%(label)s”.") % {"label": label}


def label_of(article: Article) -> str:
    """Return the label that readers see on a machine’s unreviewed text; empty if none is due."""
    return "" if article.reviewed_by else disclosed(article.source_type, reviewed=False)


def _done(article: Article, act: Version.Act) -> str:
    latest, (then, sometime) = _latest(article, act), DONE[act]
    return str(then) % {"time": in_words(latest.created)} if latest else str(sometime)


def _latest(article: Article, *acts: Version.Act) -> Version | None:
    found = article.versions.filter(act__in=acts)
    return found.only("act", "note", "by", "created").first()


def reason(article: Article) -> str:
    """Return why a draft was sent back, discarded or not published; else an empty string.

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
        told = {"act": act.label, "by": latest.by, "time": in_words(latest.created)}
        by = gettext("%(act)s by %(by)s, %(time)s")
        done = (by if latest.by else "%(act)s, %(time)s") % told
        return f"{done}: {latest.note}" if latest.note else f"{done}."
    if not article.publish_failed:
        return ""
    return gettext("Could not be published: %(why)s") % {"why": article.publish_failed}


class StateFilter(SimpleListFilter):
    """Lists the articles of one state; without a choice, all but the discarded drafts."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, str(label)) for name, (label, _) in STATES.items()]

    def choices(self, changelist: ChangeList) -> Any:
        everything, *rest = super().choices(changelist)
        yield {**everything, "display": gettext("All but discarded")}
        yield from rest

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        chosen = STATES[value][1] if value in STATES else ~STATES["discarded"][1]
        return queryset.filter(chosen)
