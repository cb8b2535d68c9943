"""What an editor fills in."""

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget

from stoppress.newsroom.models import Article

from .refusals import RefusalForm

UPDATE, CORRECTION = "update", "correction"


class ArticleForm(RefusalForm):
    """An article's fields, and for a public one, what kind of change this is."""

    # What the editor has read: a change that somebody made since then is not written over.
    read_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
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
    note = forms.CharField(
        max_length=2000,
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text="Public, in the article's history. A correction needs one: it stands with the"
        " article.",
    )

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
            "pinned",
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
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if isinstance(self.instance, Article) and self.instance.pk is not None:
            self.initial["read_version"] = self.instance.version


class NoteForm(forms.Form):
    """A public note to a decision."""

    note = forms.CharField(
        max_length=2000,
        widget=AdminTextareaWidget(attrs={"rows": 4}),
        help_text="Public: readers find it where the article was, and in its history.",
    )

    def __init__(self, *args: object, needed: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["note"].required = needed
