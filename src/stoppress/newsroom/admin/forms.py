"""The admin's forms for articles."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from stoppress.newsroom.models import Article, Picture, Section, SourceType
from stoppress.newsroom.publishing import EditConflict
from stoppress.newsroom.publishing.fields import FIELDS
from stoppress.newsroom.publishing.meanwhile import Change
from stoppress.newsroom.publishing.stored_fields import SEVERAL
from stoppress.newsroom.rights import RANKING, NoRight

from .lines import LinesField
from .once import OnceForm
from .pasting import paste_attributes
from .sending import SentBefore
from .time_fields import PastMomentWidget

UPDATE, CORRECTION = "update", "correction"
REVIEWED, UNREVIEWED = "reviewed", "unreviewed"
UNSAID = gettext_lazy(
    "The article is public now. Choose whether this is an update or a correction."
)
REVIEWED_WORDS = gettext_lazy("I have reviewed this text")
# The state of the article that the same form has made before.
STANDS = {
    Article.PubStatus.WITHHELD: pgettext_lazy("in brackets", "draft"),
    Article.PubStatus.USABLE: pgettext_lazy("in brackets", "public"),
    Article.PubStatus.CANCELED: pgettext_lazy("in brackets", "retracted"),
}
# The fields that are in the article's language.
WORDS = {"headline", "summary", "body", "byline", "located", "copyright_notice", "note"}


class ArticleForm(OnceForm):
    """An article's fields and, for a public article, the kind of change."""

    # The version that the editor has read. Later changes by others are merged.
    read_version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1
    )
    change_is = forms.ChoiceField(
        label=gettext_lazy("This change is"),
        choices=[
            (UPDATE, gettext_lazy("an update: the story developed, or the text is better")),
            (CORRECTION, gettext_lazy("a correction: something published was wrong")),
        ],
        initial=UPDATE,
        required=False,
        widget=forms.RadioSelect,
    )
    note = LinesField(
        label=gettext_lazy("Note"),
        strip=True,
        max_length=2000,
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Public, in the history. A correction needs a note, which is shown with the text."
        ),
    )

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[(each.value, each.label) for each in (Article.Kind.ARTICLE, Article.Kind.LIVE)],
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "A live story has posts, and its text is a summary for readers. The kind cannot"
            " change once the story was public or has posts."
        ),
    )

    reviewed_by = forms.ChoiceField(
        label=gettext_lazy("Review"),
        required=False,
        help_text=gettext_lazy(
            "For a text made by a machine. The review ends when the headline, the summary, the text"
            " or how it was made changes, unless you choose this again."
        ),
    )

    editor = ""  # the user's name
    # Whether the editor has these rights.
    may_update = may_correct = may_pin = True
    asks_kind = True
    begins_as_correction = False
    # The names of the saved fields, after saving; others may have changed more.
    saved_fields: frozenset[str] | set[str] = frozenset()

    class Meta:
        model = Article
        fields = [
            "headline",
            "summary",
            "body",
            "body_format",
            "image",
            "occurred",
            "key_event",
            "quiet_hours",
            "byline",
            "located",
            "section",
            "topics",
            "authors",
            "urgency",
            "pinned",
            "top_until",
            "slugline",
            "ed_note",
            "publish_at",
            "embargoed_until",
            "expires",
            "source_type",
            "reviewed_by",
            "language",
            "source",
            "external_id",
            "original_url",
            "copyright_holder",
            "copyright_notice",
            "usage_terms",
        ]
        widgets = {
            "headline": AdminTextInputWidget(attrs={"class": "vLargeTextField"}),
            "summary": AdminTextareaWidget(attrs={"rows": 3}),
            "body": AdminTextareaWidget(attrs={"rows": 24}),
            "ed_note": AdminTextareaWidget(attrs={"rows": 3}),
            # A one-line input would lose the line ends.
            "usage_terms": AdminTextareaWidget(attrs={"rows": 3}),
            "occurred": PastMomentWidget,
        }
        field_classes = dict.fromkeys(["summary", "body", "ed_note", "usage_terms"], LinesField)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(self.instance, Article) and self.instance.pk is not None:
            self.initial["read_version"] = self.instance.version
        else:
            self.fields["headline"].widget.attrs["autofocus"] = True
        article: Any = self.instance
        if "headline" in self.fields:
            self.fields["headline"].required = not article.is_post
        if self.asks_kind and "kind" in self.fields:
            self.initial.setdefault("kind", article.kind)
        else:
            self.fields.pop("kind", None)
        for name in WORDS & self.fields.keys():
            # The typed text decides the direction, because it may not be in the language yet.
            self.fields[name].widget.attrs.update(lang=article.language, dir="auto")
        if "body" in self.fields:
            self.fields["body"].widget.attrs.update(paste_attributes())
        offered = {UPDATE: self.may_update, CORRECTION: self.may_correct}
        kinds: Any = self.fields["change_is"]
        # Only the widget is limited: another sent value is refused, with the missing right's name.
        kinds.widget.choices = [each for each in kinds.choices if offered[each[0]]]
        if not self.may_update or (self.may_correct and self.begins_as_correction):
            self.initial["change_is"] = CORRECTION
        if not self.may_pin and "urgency" in self.fields:
            self.fields["urgency"].help_text = gettext(
                "%(first)s to 9 (the least urgent). Editors may choose 1 to %(last)s."
            ) % {"first": RANKING + 1, "last": RANKING}
        self._ask_how_it_was_made()
        if self.is_bound:
            for name in set(FIELDS) & self.fields.keys() - set(self.sent_fields()):
                self._show_initial(name)
        if isinstance(self.refusal, EditConflict):
            self._show_present(self.refusal)

    def sent_fields(self) -> list[str]:
        """Return the article's fields that were sent. A browser sends no unticked checkbox."""
        return [
            name
            for name in FIELDS
            if (field := self.fields.get(name)) is not None
            and not field.widget.value_omitted_from_data(self.data, self.files, name)
        ]

    @cached_property
    def changed_data(self) -> list[str]:
        """The names of the fields that the editor has changed; only sent fields count."""
        unsent = set(FIELDS) - set(self.sent_fields())
        return [name for name in super().changed_data if name not in unsent]

    def _show_initial(self, name: str) -> None:
        # As for a disabled field, the initial value is shown instead of the sent value.
        vars(self.fields[name])["bound_data"] = lambda data, initial: initial

    def _show_present(self, conflict: EditConflict) -> None:
        """Show the present value of the fields that only others have changed meanwhile."""
        present = {
            change.name: present_in_form(conflict.article, change) for change in conflict.kept
        }
        present["read_version"] = conflict.article.version
        # The field of the review has no value of a review: it asks for an act on it.
        for name in present.keys() & self.fields.keys() - {"reviewed_by"}:
            self.initial[name] = present[name]
            self._show_initial(name)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if isinstance(self.refusal, EditConflict):
            for name in {change.name for change in self.refusal.conflicts} & self.fields.keys():
                self.add_error(name, gettext("Somebody else has changed this, too: see above."))
            said = self.cleaned_data.get("change_is")
            if self.refusal.act and self.refusal.article.is_public and not said:
                self.add_error("change_is", UNSAID)
        return cleaned

    def _ask_how_it_was_made(self) -> None:
        if "source_type" not in self.fields:
            return  # the form has only the notes
        made: Any = self.fields["source_type"]
        made.choices = [("", gettext("Not stated")), *SourceType.choices]
        by = getattr(self.instance, "reviewed_by", "")
        stands = gettext("Reviewed by %(name)s") % {"name": by} if by else gettext("Not reviewed")
        choices = [("", stands), (REVIEWED, REVIEWED_WORDS)]
        field: Any = self.fields["reviewed_by"]
        back = (UNREVIEWED, gettext("Remove the review"))
        field.choices = [*choices, back] if by else choices
        self.initial["reviewed_by"] = ""

    def clean_kind(self) -> str:
        article: Any = self.instance
        return self.cleaned_data["kind"] or str(article.kind)

    def clean_reviewed_by(self) -> str:
        """Return the reviewer's name for the verbs; empty for a review taken back."""
        return self.editor if self.cleaned_data["reviewed_by"] == REVIEWED else ""

    def words(self, refusal: Exception) -> str:
        if isinstance(refusal, EditConflict):
            return words_of(refusal)
        if isinstance(refusal, NoRight):
            kept = gettext("Nothing was saved. Your text is still in this form.")
            return f"{refusal} {kept}"
        return super().words(refusal)

    def described(self, refusal: SentBefore) -> str:
        made = refusal.made
        return str(STANDS[Article.PubStatus(made.pub_status)]) if isinstance(made, Article) else ""

    def then(self, refusal: SentBefore) -> str:
        if not refusal.same:
            return gettext("Your later changes are only in this form: copy them into that article.")
        if isinstance(refusal.made, Article) and not refusal.made.is_draft:
            return gettext("There is nothing more to do.")
        return gettext("You can publish it there.")


def words_of(conflict: EditConflict) -> str:
    """Return the reason why a form was not saved, and the editor's next step."""
    if conflict.conflicts:
        return gettext(
            "Somebody else has changed the same fields meanwhile. Nothing was saved, and all that"
            " you have entered is still in this form. Decide each field above, and save again."
        )
    if conflict.act is not None:
        return gettext(
            "Nothing was saved, and all that you have entered is still in this form. Look at the"
            " changes, and save again if you still want to."
        )
    return gettext(
        "The article has changed meanwhile, and you have not read what others have changed. Nothing"
        " was saved, published or reviewed. The form shows it now. Look at it, and send the form"
        " again."
    )


def present_in_form(article: Article, change: Change) -> object:
    """Return a field as a form shows it."""
    if change.name in SEVERAL and isinstance(change.now, list):
        rows: Any = Article._meta.get_field(change.name).related_model
        return list(rows.objects.filter(slug__in=change.now))
    value = getattr(article, change.name)
    return value.pk if isinstance(value, Section | Picture) else value
