"""The admin's forms for articles."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

from stoppress.newsroom.models import Article, SourceType
from stoppress.newsroom.publishing import VersionConflict
from stoppress.newsroom.rights import RANKING, NoRight

from .lines import LinesField
from .refusals import RefusalForm
from .sending import ANOTHER, ONCE, TOKEN_CHARS, SentBefore, new_token

SECOND = "If you want a second one, tick “This is another article” and save again."
UPDATE, CORRECTION = "update", "correction"
REVIEWED, UNREVIEWED = "reviewed", "unreviewed"
REVIEWED_WORDS = "I have reviewed this text"
# The fields that are in the article's language.
WORDS = {"headline", "summary", "body", "byline", "located", "copyright_notice", "note"}


class ValueCheckbox(forms.CheckboxInput):
    """A checkbox whose value is the thing that the editor agrees to. It starts unticked."""

    def value_from_datadict(self, data: Any, files: MultiValueDict[str, Any], name: str) -> Any:
        return data.get(name)

    def format_value(self, value: object) -> None:
        return None

    def get_context(self, name: str, value: object, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, False, attrs)


class ArticleForm(RefusalForm):
    """An article's fields and, for a public article, the kind of change."""

    # The version that the editor has read. A change that somebody made since then is not
    # overwritten …
    read_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    # … unless the editor has seen that change and ticks this box.
    save_over = forms.IntegerField(widget=ValueCheckbox, required=False)
    # A token of a new article's form. If the form is sent again, it makes no second article …
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=TOKEN_CHARS)
    # … unless the editor has seen the first one and ticks this box.
    another = forms.CharField(
        label="This is another article",
        widget=ValueCheckbox,
        required=False,
        help_text="A second article is then created from this form.",
    )
    change_is = forms.ChoiceField(
        label="This change is",
        choices=[
            (UPDATE, "an update: the story developed, or the text is better"),
            (CORRECTION, "a correction: something published was wrong"),
        ],
        initial=UPDATE,
        required=False,
        widget=forms.RadioSelect,
    )
    note = LinesField(
        strip=True,
        max_length=2000,
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text="Public, in the article's history. A correction needs a note, which is shown with"
        " the article.",
    )

    reviewed_by = forms.ChoiceField(
        label="Review",
        required=False,
        help_text="Of a text that a machine has made. It ends when the headline, the summary, the"
        " text or how it was made changes, unless you choose this again.",
    )

    editor = ""  # the user's name
    # Whether the editor may do it.
    may_update = may_correct = may_pin = True
    link = ""  # to the article that the form has already made, if the editor may see it

    class Meta:
        model = Article
        fields = [
            "headline",
            "summary",
            "body",
            "body_format",
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
        }
        field_classes = dict.fromkeys(["summary", "body", "ed_note", "usage_terms"], LinesField)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(self.instance, Article) and self.instance.pk is not None:
            self.initial["read_version"] = self.instance.version
        else:
            self.initial.setdefault(ONCE, new_token())
            self.fields["headline"].widget.attrs["autofocus"] = True
        article: Any = self.instance
        for name in WORDS & self.fields.keys():
            # What is typed decides the direction: the text may not be in the language yet.
            self.fields[name].widget.attrs.update(lang=article.language, dir="auto")
        offered = {UPDATE: self.may_update, CORRECTION: self.may_correct}
        kinds: Any = self.fields["change_is"]
        # Of the widget alone: what is sent all the same is refused with the missing right's name.
        kinds.widget.choices = [each for each in kinds.choices if offered[each[0]]]
        if not self.may_update:
            self.initial["change_is"] = CORRECTION
        if not self.may_pin and "urgency" in self.fields:
            help_text = f"{RANKING + 1} to 9 (the least urgent). Editors may choose 1 to {RANKING}."
            self.fields["urgency"].help_text = help_text
        self._ask_how_it_was_made()
        if isinstance(self.refusal, VersionConflict):
            box, current = self.fields["save_over"], self.refusal.current
            box.label = f"Save over version {current}"
            box.help_text = "The fields of this form then replace those of the article."
            box.widget.attrs["value"] = str(current)
        self.fields[ANOTHER].widget.attrs["value"] = new_token()

    def _ask_how_it_was_made(self) -> None:
        if "source_type" not in self.fields:
            return  # the form has the notes alone
        made: Any = self.fields["source_type"]
        made.choices = [("", "Not said"), *SourceType.choices]
        by = getattr(self.instance, "reviewed_by", "")
        choices = [("", f"Reviewed by {by}" if by else "Not reviewed"), (REVIEWED, REVIEWED_WORDS)]
        field: Any = self.fields["reviewed_by"]
        field.choices = [*choices, (UNREVIEWED, "Take the review back")] if by else choices
        self.initial["reviewed_by"] = ""

    def clean_reviewed_by(self) -> str:
        """Return who has reviewed the text, as the verbs want it; empty for a review taken back."""
        return self.editor if self.cleaned_data["reviewed_by"] == REVIEWED else ""

    def words(self, refusal: Exception) -> str:
        if isinstance(refusal, VersionConflict):
            return self._changed_meanwhile(refusal)
        if isinstance(refusal, SentBefore):
            return sent_before(refusal, self.link)
        if isinstance(refusal, NoRight):
            return f"{refusal} Nothing was saved. Your text is still in this form."
        return super().words(refusal)

    def _changed_meanwhile(self, conflict: VersionConflict) -> SafeString:
        names = [name for name in self.changed_data if name in ArticleForm.Meta.fields]
        if not names:
            return format_html(
                "The article is already at version {} and has all that is in this form. The form"
                " may have been sent before. Nothing was saved a second time.",
                conflict.current,
            )
        labels = ", ".join(str(self.fields[name].label).lower() for name in names)
        return format_html(
            "The article has changed meanwhile: it is at version {}, and you have read version {}."
            " Your changes were not saved, but they are still in this form. Look at"
            ' <a href="{}" target="_blank">version {}</a> (this form differs in: {}), merge the two'
            " here, then tick “Save over version {}” and save again.",
            conflict.current,
            conflict.expected,
            reverse("admin:newsroom_article_change", args=[self.instance.pk]),
            conflict.current,
            labels,
            conflict.current,
        )


def sent_before(refusal: SentBefore, link: str) -> SafeString:
    """Return a message: the form has already made its article, and what the editor can do now.

    Args:
        link: to the article; empty if the editor may no longer see it.
    """
    if not link:
        return format_html(
            "This form was sent before, and has made an article that you can no longer see. No"
            " second article was made. {}",
            SECOND,
        )
    article = refusal.article
    name = format_html('<a href="{}" target="_blank">{}</a>', link, article)
    then = (
        "There is nothing more to do."
        if refusal.same and not article.is_draft
        else "You can publish it there."
        if refusal.same
        else "What you have changed since is only in this form: copy it into that article."
    )
    return format_html(
        "This form was sent before, and has made “{}” ({}). No second article was made. {} {}",
        name,
        article.get_pub_status_display().lower(),
        then,
        SECOND,
    )


class NoteForm(forms.Form):
    """Asks for the note of a decision."""

    PUBLIC = "Public: readers see it in the article's history, and in place of a retracted article."

    note = LinesField(strip=True, max_length=2000, widget=AdminTextareaWidget(attrs={"rows": 4}))

    def __init__(self, *args: Any, needed: bool, says: str = PUBLIC, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = needed
        self.fields["note"].help_text = says
