"""Where an article stands, in the words of the admin, and the list's filter for it."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from stoppress.newsroom.models import Article

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
    """Return a sentence: the article's state, and since when or until when.

    Example: `It is scheduled: it will be published on 22 Nov 2026, 09:00 UTC.`
    """
    state = state_of(article).lower()
    if article.is_draft and not article.is_discarded and article.publish_at is not None:
        opens = article.opens_at or article.publish_at
        if opens > timezone.now():
            return f"It is {state}: it will be published on {in_words(opens)}."
    last = article.versions.only("created").first()
    return f"It is {state}, {in_words(last.created)}." if last else f"It is {state}."


def in_words(moment: Any) -> str:
    """Return a time in the editor's zone, as the site writes it."""
    here = timezone.localtime(moment)
    return f"{date_format(here, 'j M Y, H:i')} {here.tzname()}"


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
