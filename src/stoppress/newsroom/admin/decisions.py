"""Decisions on existing articles, on one or on many: publish, retract, restore."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import publish_article, restore_article, retract_article

from .forms import NoteForm
from .refusals import REFUSALS, Admin


@dataclass(frozen=True)
class Decision:
    """A verb, and the texts that the admin shows with it."""

    name: str
    done: str
    verb: Callable[..., Article]
    says: str
    note_needed: bool = False


PUBLISH = Decision("publish", "published", publish_article, "Readers see it at once.")
RETRACT = Decision(
    "retract",
    "retracted",
    retract_article,
    "The text disappears from every open page at once, and is no longer sent to anyone. Readers"
    " see your note in its place.",
    note_needed=True,
)
RESTORE = Decision(
    "restore", "restored", restore_article, "Readers see it again, in its old position."
)


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
        request.POST if "decided" in request.POST else None, needed=decision.note_needed
    )
    if form.is_valid():
        take(model_admin, request, articles, decision, form.cleaned_data["note"])
        return None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"{decision.name.capitalize()}?",
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
            decision.verb(article, by=request.user.get_username(), note=note)
        except REFUSALS as refusal:
            messages.error(request, f"“{article}” was not {decision.done}: {refusal}")
        else:
            entry = f"{decision.done.capitalize()}: {note}" if note else decision.done.capitalize()
            model_admin.log_change(request, article, entry)
            messages.success(request, f"“{article}” was {decision.done}.")
