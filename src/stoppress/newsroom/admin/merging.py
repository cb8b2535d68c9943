"""Saves an article's form, merged with the changes that others have saved since it was opened."""

from dataclasses import dataclass
from typing import Any, Self

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from stoppress.newsroom.models import Article, Version
from stoppress.newsroom.publishing import (
    EditConflict,
    NewsroomError,
    correct_article,
    differences,
    merged,
    update_article,
)
from stoppress.newsroom.publishing.fields import FIELDS
from stoppress.newsroom.publishing.meanwhile import SHOWN_OR_GONE, act_since, changes_since
from stoppress.newsroom.publishing.stored_fields import SEVERAL, stored
from stoppress.newsroom.rights import Verb, check_fields, permitted

from .conflicts import Conflict, changed_by
from .forms import CORRECTION, UNSAID
from .refusals import Admin, refusal_of
from .sending import BUTTONS, SentBefore

ASKED, OVER = "asked", "over"
REVIEW = "reviewed_by"


@dataclass(frozen=True)
class Reading:
    """The version that an editor had read before sending a form.

    Attributes:
        version: the article's; 0 if the form does not have it, so that nothing counts as read.
        asked: the fields whose conflict the form has shown, each with the version from which the
            editor began. The form shows them as they were in `version`.
        over: the fields among them that the editor wants to overwrite.
    """

    version: int
    asked: dict[str, int]
    over: frozenset[str]

    @classmethod
    def of(cls, request: HttpRequest, form: Any) -> Self:
        pairs = [each.partition(":") for each in request.POST.getlist(ASKED)[: len(FIELDS)]]
        known = {name: number for name, _, number in pairs if name in FIELDS}
        asked = {
            name: int(number)
            for name, number in known.items()
            if number.isascii() and number.isdigit() and len(number) < 10
        }
        over = frozenset(request.POST.getlist(OVER))
        return cls(form.cleaned_data.get("read_version") or 0, asked, over)

    def began(self, name: str) -> int:
        """Return the version from which the editor began a field."""
        return self.asked.get(name, self.version)


class MergingAdmin(Admin):
    """An admin whose form is merged, field by field, with changes that others have saved."""

    def saved(self, request: HttpRequest, obj: Article, form: Any) -> tuple[Article, list[str]]:
        """Return an article after the update or the correction that a form asks for.

        Also returns sentences about the changes that only others have made meanwhile.

        Raises:
            EditConflict: both have changed a field to different values; or others have published or
                retracted the article, so that the change would now be public, or not public; or the
                editor publishes, or has reviewed, changes that they have not read; or publishes or
                submits a draft that was sent back meanwhile.
            NewsroomError: the article is public, and the form has no kind of change.
        """
        user: Any = request.user
        by, cleaned = user.get_username(), form.cleaned_data
        reading, note = Reading.of(request, form), cleaned.get("note", "")
        corrects = cleaned.get("change_is") == CORRECTION
        verb, subject = (Verb.CORRECT, gettext("A correction")) if corrects else (Verb.EDIT, "")
        with permitted(user, verb, obj, subject=subject) as fresh:
            read = reading.version
            reviews = REVIEW in form.changed_data  # else the form has no value for the review
            says = [name for name in form.sent_fields() if name != REVIEW or reviews]
            own = {name: comparable(name, cleaned[name]) for name in says}
            result = merged(fresh, own, read, asked=reading.asked, over=reading.over)
            kept = changes_since(fresh, read, result.kept)
            conflicts = [
                change
                for name in FIELDS
                if name in result.conflicts
                for change in changes_since(fresh, reading.began(name), [name])
            ]
            acts = SHOWN_OR_GONE if result.saved or corrects else ()
            decides = not BUTTONS.isdisjoint(request.POST)
            act = act_since(fresh, read, (*acts, *([Version.Act.SEND_BACK] if decides else ())))
            unread = kept and (reviews or "_publish" in request.POST)
            if conflicts or act or unread:
                raise EditConflict(fresh, conflicts, kept, act)
            if fresh.is_public and (result.saved or note) and not cleaned.get("change_is"):
                raise NewsroomError(str(UNSAID))
            fields = {name: cleaned[name] for name in FIELDS if name in result.saved}
            if reviews:
                fields[REVIEW] = cleaned[REVIEW]  # the same reviewer may review another text
            check_fields(user, fresh, differences(fresh, fields))
            form.saved_fields = set(result.saved)
            words = (
                gettext("%(who)s changed %(fields)s meanwhile; both changes are kept.")
                if fields
                else gettext("%(who)s changed %(fields)s meanwhile; this change is kept.")
            )
            # A review ends when its text changes.
            theirs = (each for each in kept if each.name != REVIEW or not fields)
            told = [words % changed for changed in changed_by(theirs, user)]
            if corrects:
                return correct_article(fresh, note, fields, by=by), told
            return update_article(fresh, fields, by=by, note=note), told

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        form, refusal = context["adminform"].form, refusal_of(request)
        if isinstance(refusal, EditConflict):
            context["conflict"] = Conflict.of(refusal, request.user)
        elif context.get("original") and not isinstance(refusal, SentBefore):
            context["conflict"] = self._still_asked(request, form, context["original"].pk)
        return super().render_change_form(request, context, *args, **kwargs)

    def _still_asked(self, request: HttpRequest, form: Any, pk: int) -> Conflict | None:
        """Return the questions that a form has already shown, for another refusal of the form."""
        article = Article.objects.filter(pk=pk).first() if request.POST.get(ASKED) else None
        if article is None:
            return None
        reading = Reading.of(request, form)
        changes = [
            change
            for name in FIELDS
            if name in reading.asked
            for change in changes_since(article, reading.began(name), [name])
        ]
        asked = EditConflict(article, changes)
        return Conflict.of(asked, request.user, reading.over) if changes else None


def comparable(name: str, value: Any) -> object:
    """Return a form's value as a version stores it."""
    return sorted(each.slug for each in value) if name in SEVERAL else stored(value)
