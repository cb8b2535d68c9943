"""An article's contributors in the admin."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.forms import BaseInlineFormSet
from django.utils.translation import gettext_lazy

from stoppress.newsroom.models import Article, Contributor

if TYPE_CHECKING:
    Inline = admin.TabularInline[Contributor, Article]
    FormSet = BaseInlineFormSet[Contributor, Article, Any]
else:
    Inline, FormSet = admin.TabularInline, BaseInlineFormSet


class LabelledFormSet(FormSet):
    """Rows whose fields have names for a screen reader: in a table only the columns have labels."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            # The one inside is what a reader meets.
            widget = getattr(field.widget, "widget", field.widget)
            widget.attrs["aria-label"] = str(field.label)


class ContributorInline(Inline):
    """The users to whom the article is their own. Django's rights on contributors change it."""

    model = Contributor
    verbose_name_plural = gettext_lazy("contributors")
    formset = LabelledFormSet
    extra = 0
