"""What an editor fills in."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import PublishersOnly, VersionConflict

from .lines import LinesField
from .refusals import RefusalForm
from .sending import ANOTHER, ONCE, TOKEN_CHARS, SentBefore, new_token

UPDATE, CORRECTION = "update", "correction"


class SayingBox(forms.CheckboxInput):
    """A checkbox that says what it was ticked for, and is never ticked beforehand."""

    def value_from_datadict(self, data: Any, files: MultiValueDict[str, Any], name: str) -> Any:
        return data.get(name)

    def format_value(self, value: object) -> None:
        return None

    def get_context(self, name: str, value: object, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, False, attrs)


class ArticleForm(RefusalForm):
    """An article's fields, and for a public one, what kind of change this is."""

    # What the editor has read: a change that somebody made since then is not written over.
    read_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    # … unless the editor has been told of that change, and says to.
    save_over = forms.IntegerField(widget=SayingBox, required=False)
    # Of a new article's form: sent again, it makes no second article …
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=TOKEN_CHARS)
    # … unless the editor has been told of the first, and says that this is another.
    another = forms.CharField(
        label="This is another article",
        widget=SayingBox,
        required=False,
        help_text="What this form says then makes a second article.",
    )
    change_is = forms.ChoiceField(
        label="This change is",
        choices=[
            (UPDATE, "an update: the story went on, or is told better"),
            (CORRECTION, "a correction: readers were told something wrong"),
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
        help_text="Public, in the article's history. A correction needs one: it stands with the"
        " article.",
    )

    link = ""  # to the article that the form has made, where the editor may see it

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
            "urgency",
            "slugline",
            "ed_note",
            "publish_at",
            "embargoed_until",
            "expires",
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
            # An input of one line would lose the ends of its lines.
            "usage_terms": AdminTextareaWidget(attrs={"rows": 3}),
        }
        field_classes = dict.fromkeys(["summary", "body", "ed_note", "usage_terms"], LinesField)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(self.instance, Article) and self.instance.pk is not None:
            self.initial["read_version"] = self.instance.version
        else:
            self.initial.setdefault(ONCE, new_token())
        if isinstance(self.refusal, VersionConflict):
            box, current = self.fields["save_over"], self.refusal.current
            box.label = f"Save over version {current}"
            box.help_text = "What this form says then stands, in every field."
            box.widget.attrs["value"] = str(current)
        self.fields[ANOTHER].widget.attrs["value"] = new_token()

    def words(self, refusal: Exception) -> str:
        if isinstance(refusal, VersionConflict):
            return self._changed_meanwhile(refusal)
        if isinstance(refusal, SentBefore):
            return sent_before(refusal, self.link)
        if isinstance(refusal, PublishersOnly):
            return (
                f"{refusal} needs the right to change articles, which you do not have. Nothing was"
                " saved, and your words stand in this form: save them as a draft."
            )
        return super().words(refusal)

    def _changed_meanwhile(self, conflict: VersionConflict) -> SafeString:
        names = [name for name in self.changed_data if name in ArticleForm.Meta.fields]
        if not names:
            return format_html(
                "The article is at version {} already, and says all that this form says: the form"
                " may have been sent before. Nothing was saved a second time.",
                conflict.current,
            )
        labels = ", ".join(str(self.fields[name].label).lower() for name in names)
        return format_html(
            "The article has changed meanwhile: it is at version {}, and you have read version {}."
            " Nothing of yours is lost: it stands in this form, and was not saved. Look at"
            ' <a href="{}" target="_blank">version {}</a> (this form differs in: {}), bring the two'
            " together here, then tick “Save over version {}” and save again.",
            conflict.current,
            conflict.expected,
            reverse("admin:newsroom_article_change", args=[self.instance.pk]),
            conflict.current,
            labels,
            conflict.current,
        )


def sent_before(refusal: SentBefore, link: str) -> SafeString:
    """Say that a form has made its article, and what to do."""
    article = refusal.article
    name = format_html('<a href="{}" target="_blank">{}</a>', link, article) if link else article
    then = (
        "There is nothing more to do."
        if refusal.same and not article.is_draft
        else "It can be published there."
        if refusal.same
        else "What you have changed since stands in this form and nowhere else: put it into that"
        " article."
    )
    return format_html(
        "This form was sent before, and has made “{}” ({}). No second article was made. {} If this"
        " is to be a second one, tick “This is another article” and save again.",
        name,
        article.get_pub_status_display().lower(),
        then,
    )


class NoteForm(forms.Form):
    """A public note to a decision."""

    note = LinesField(
        strip=True,
        max_length=2000,
        widget=AdminTextareaWidget(attrs={"rows": 4}),
        help_text="Public: readers find it where the article was, and in its history.",
    )

    def __init__(self, *args: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = needed
