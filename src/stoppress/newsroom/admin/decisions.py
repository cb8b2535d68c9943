"""Decisions on existing articles, on one or on many, such as to retract or to discard them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from stoppress.newsroom.models import Article
from stoppress.newsroom.models.article_choices import Coverage
from stoppress.newsroom.publishing import (
    discard_draft,
    publish_article,
    reopen_draft,
    restore_article,
    retract_article,
    send_back_article,
    set_coverage,
    submit_article,
    update_article,
)
from stoppress.newsroom.rights import Verb, permitted
from stoppress.newsroom.titles import titled

from .note_form import NoteForm
from .refusals import REFUSALS, Admin
from .standing import standing_with_link
from .text_messages import tell_of_text

Words = str | Promise
DESK_ONLY = _("For the desk; never public.")


def always(article: Article) -> bool:
    return True


@dataclass(frozen=True)
class Decision:
    """A verb, the right that it needs, and the texts that the admin shows with it.

    Attributes:
        logged: the text in the admin's log, in English.
        done: a message, with `{article}` and `{stands}`, its new state in a sentence.
        refused: a message, with `{article}` and `{why}`.
        shown: whether an article's page has the button.
    """

    name: str
    verb: Callable[..., Article]
    label: Words
    logged: str
    done: Words
    refused: Words
    says: Words
    note_needed: bool = False
    note_asked: bool = True
    note_help: Words = NoteForm.PUBLIC
    right: Verb = Verb.PUBLISH
    shown: Callable[[Article], bool] = always


PUBLISH = Decision(
    "publish",
    publish_article,
    label=_("Publish"),
    logged="Published",
    done=_("“{article}” was published. {stands}"),
    refused=_("“{article}” was not published: {why}"),
    says=_("Readers see it at once."),
)
RETRACT = Decision(
    "retract",
    retract_article,
    label=_("Retract"),
    logged="Retracted",
    done=_("“{article}” was retracted. {stands}"),
    refused=_("“{article}” was not retracted: {why}"),
    says=_(
        "The text disappears from every open page at once, and is no longer sent to anyone. Readers"
        " see your note in its place."
    ),
    note_needed=True,
    shown=lambda article: article.is_public,
    right=Verb.RETRACT,
)
RESTORE = Decision(
    "restore",
    restore_article,
    label=_("Restore"),
    logged="Restored",
    done=_("“{article}” was restored. {stands}"),
    refused=_("“{article}” was not restored: {why}"),
    says=_("Readers see it again, in its old position."),
    shown=lambda article: article.is_retracted,
    right=Verb.RESTORE,
)
SUBMIT = Decision(
    "submit",
    submit_article,
    label=_("Submit"),
    logged="Submitted",
    done=_("“{article}” was submitted. {stands}"),
    refused=_("“{article}” was not submitted: {why}"),
    says=_("The desk publishes it, or sends it back with a note."),
    note_asked=False,
    right=Verb.SUBMIT,
)
SEND_BACK = Decision(
    "send_back",
    send_back_article,
    label=_("Send back"),
    logged="Sent back",
    done=_("“{article}” was sent back. {stands}"),
    refused=_("“{article}” was not sent back: {why}"),
    says=_(
        "The author changes it and submits it again. Its time of publication, if any, is removed."
    ),
    note_needed=True,
    note_help=_("Say what is missing. For the desk; never public."),
    right=Verb.SEND_BACK,
    shown=lambda article: article.is_draft and article.desk_state == Article.DeskState.SUBMITTED,
)
DISCARD = Decision(
    "discard",
    discard_draft,
    label=_("Discard"),
    logged="Discarded",
    done=_("“{article}” was discarded. {stands}"),
    refused=_("“{article}” was not discarded: {why}"),
    says=_(
        "It is kept, and can be reopened. Until then nobody can change or publish it. Its time"
        " of publication, if any, is removed."
    ),
    note_help=DESK_ONLY,
    right=Verb.DISCARD,
    shown=lambda article: article.is_draft and not article.is_discarded,
)
REOPEN = Decision(
    "reopen",
    reopen_draft,
    label=_("Reopen"),
    logged="Reopened",
    done=_("“{article}” was reopened. {stands}"),
    refused=_("“{article}” was not reopened: {why}"),
    says=_("It is a draft again."),
    note_help=DESK_ONLY,
    right=Verb.DISCARD,
    shown=lambda article: article.is_discarded,
)
PIN = Decision(
    "pin",
    partial(update_article, changes={"pinned": True}),
    label=_("Pin"),
    logged="Pinned",
    done=_("“{article}” was pinned. {stands}"),
    refused=_("“{article}” was not pinned: {why}"),
    says=_("It is shown above all other posts of its story until it is unpinned."),
    note_asked=False,
    right=Verb.PIN,
    shown=lambda article: article.is_post and article.is_public and not article.pinned,
)
UNPIN = Decision(
    "unpin",
    partial(update_article, changes={"pinned": False}),
    label=_("Unpin"),
    logged="Unpinned",
    done=_("“{article}” was unpinned. {stands}"),
    refused=_("“{article}” was not unpinned: {why}"),
    says=_("It is shown among the other posts of its story, at its time."),
    note_asked=False,
    right=Verb.PIN,
    shown=lambda article: article.is_post and article.is_public and article.pinned,
)
PAUSE = Decision(
    "pause",
    partial(set_coverage, state=Coverage.PAUSED),
    label=_("Pause coverage"),
    logged="Paused coverage",
    done=_("The coverage of “{article}” was paused. {stands}"),
    refused=_("The coverage of “{article}” was not paused: {why}"),
    says=_("Readers see that the coverage is paused. Posts can still be published."),
    note_asked=False,
    right=Verb.UPDATE,
    shown=lambda article: _is_covered(article, Coverage.OPEN),
)
RESUME = Decision(
    "resume",
    partial(set_coverage, state=Coverage.OPEN),
    label=_("Resume coverage"),
    logged="Resumed coverage",
    done=_("The coverage of “{article}” was resumed. {stands}"),
    refused=_("The coverage of “{article}” was not resumed: {why}"),
    says=_("Readers see that the story is live again."),
    note_asked=False,
    right=Verb.UPDATE,
    shown=lambda article: _is_covered(article, Coverage.PAUSED, Coverage.CLOSED),
)
CLOSE = Decision(
    "close",
    partial(set_coverage, state=Coverage.CLOSED),
    label=_("Close coverage"),
    logged="Closed coverage",
    done=_("The coverage of “{article}” was closed. {stands}"),
    refused=_("The coverage of “{article}” was not closed: {why}"),
    says=_(
        "Readers see that the coverage has ended. Posts can still be published, and the coverage"
        " can be resumed."
    ),
    note_asked=False,
    right=Verb.UPDATE,
    shown=lambda article: _is_covered(article, Coverage.OPEN, Coverage.PAUSED),
)
# The decisions with their own page.
ASKED = (
    *(SEND_BACK, DISCARD, REOPEN, RETRACT, RESTORE),
    *(PIN, UNPIN, PAUSE, RESUME, CLOSE),
)


def _is_covered(article: Article, *states: Coverage) -> bool:
    return article.is_live and article.is_public and article.coverage in states


def ask(
    model_admin: Admin,
    request: HttpRequest,
    articles: Iterable[Article],
    decision: Decision,
    back: str = "",
) -> HttpResponse | None:
    """Return a page that asks for a note; with a valid note, take the decision and return None.

    Args:
        back: the address of the page's "back" link; the list that was sent by default.
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
        "back": back or request.path,
        "decision": decision,
        "story": next((each.parent for each in articles if each.is_post), None),
        "with_posts": decision in (RETRACT, RESTORE) and any(each.is_live for each in articles),
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
    """Take a decision on each article. A refusal does not stop the other decisions."""
    for article in articles:
        try:
            noted = {"note": note} if decision.note_asked else {}
            with permitted(request.user, decision.right, article) as fresh:
                changed = decision.verb(fresh, by=request.user.get_username(), **noted)
        except REFUSALS as refusal:
            words = format_html(str(decision.refused), article=titled(article), why=refusal)
            messages.error(request, words)
        else:
            # The note is not logged, because the article's history has it.
            model_admin.log_change(request, article, decision.logged)
            stands = standing_with_link(changed)
            words = format_html(str(decision.done), article=titled(article), stands=stands)
            messages.success(request, words)
            if decision is PUBLISH:
                tell_of_text(request, changed)
