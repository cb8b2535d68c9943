"""Decisions on existing articles, on one or on many, such as to retract or to discard them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import (
    discard_draft,
    publish_article,
    reopen_draft,
    restore_article,
    retract_article,
    send_back_article,
    submit_article,
)
from stoppress.newsroom.rights import Verb, permitted
from stoppress.newsroom.titles import titled

from .forms import NoteForm
from .refusals import REFUSALS, Admin
from .standing import standing_with_link

DESK_ONLY = "For the desk; never public."


def always(article: Article) -> bool:
    return True


@dataclass(frozen=True)
class Decision:
    """A verb, whose right it needs, and the texts that the admin shows with it.

    Attributes:
        shown: whether an article's page has the button.
    """

    name: str
    done: str
    verb: Callable[..., Article]
    says: str
    note_needed: bool = False
    note_asked: bool = True
    note_help: str = NoteForm.PUBLIC
    right: Verb = Verb.PUBLISH
    shown: Callable[[Article], bool] = always

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").capitalize()


PUBLISH = Decision("publish", "published", publish_article, "Readers see it at once.")
RETRACT = Decision(
    "retract",
    "retracted",
    retract_article,
    "The text disappears from every open page at once, and is no longer sent to anyone. Readers"
    " see your note in its place.",
    note_needed=True,
    shown=lambda article: article.is_public,
    right=Verb.RETRACT,
)
RESTORE = Decision(
    "restore",
    "restored",
    restore_article,
    "Readers see it again, in its old position.",
    shown=lambda article: article.is_retracted,
    right=Verb.RESTORE,
)
SUBMIT = Decision(
    "submit",
    "submitted",
    submit_article,
    "The desk publishes it, or sends it back with a note.",
    note_asked=False,
    right=Verb.SUBMIT,
)
SEND_BACK = Decision(
    "send_back",
    "sent back",
    send_back_article,
    "The author changes it and submits it again. A time of publication is dropped.",
    note_needed=True,
    note_help=f"What is missing. {DESK_ONLY}",
    right=Verb.SEND_BACK,
    shown=lambda article: article.is_draft and article.desk_state == Article.DeskState.SUBMITTED,
)
DISCARD = Decision(
    "discard",
    "discarded",
    discard_draft,
    "It is kept, and can be reopened. Until then nobody can change or publish it. A time of"
    " publication is dropped.",
    note_help=DESK_ONLY,
    right=Verb.DISCARD,
    shown=lambda article: article.is_draft and not article.is_discarded,
)
REOPEN = Decision(
    "reopen",
    "reopened",
    reopen_draft,
    "It is a draft again.",
    note_help=DESK_ONLY,
    right=Verb.DISCARD,
    shown=lambda article: article.is_discarded,
)
# Those with a page of their own.
ASKED = (SEND_BACK, DISCARD, REOPEN, RETRACT, RESTORE)


def ask(
    model_admin: Admin,
    request: HttpRequest,
    articles: Iterable[Article],
    decision: Decision,
    back: str = "",
) -> HttpResponse | None:
    """Return a page that asks for a note; take the decision and return None once there is one.

    Args:
        back: the address of the page's "back" link; the list of articles by default.
    """
    form = NoteForm(
        request.POST if "decided" in request.POST else None,
        needed=decision.note_needed,
        says=decision.note_help,
    )
    if form.is_valid():
        take(model_admin, request, articles, decision, form.cleaned_data["note"])
        return None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"{decision.label}?",
        "opts": model_admin.opts,
        "articles": articles,
        "checkbox": ACTION_CHECKBOX_NAME,
        "back": back or reverse("admin:newsroom_article_changelist"),
        "decision": decision,
        "form": form,
    }
    return TemplateResponse(request, "admin/newsroom/article/decision.html", context)


def take(
    model_admin: Admin,
    request: HttpRequest,
    articles: Iterable[Article],
    decision: Decision,
    note: str = "",
) -> None:
    """Take a decision on each article. A refusal of one does not stop the others."""
    for article in articles:
        try:
            noted = {"note": note} if decision.note_asked else {}
            with permitted(request.user, decision.right, article) as fresh:
                changed = decision.verb(fresh, by=request.user.get_username(), **noted)
        except REFUSALS as refusal:
            words = format_html("“{}” was not {}: {}", titled(article), decision.done, refusal)
            messages.error(request, words)
        else:
            # Without the note, which the article's history has.
            model_admin.log_change(request, article, decision.done.capitalize())
            stands = standing_with_link(changed)
            words = format_html("“{}” was {}. {}", titled(article), decision.done, stands)
            messages.success(request, words)
