"""An article’s versions in the admin: read, compared, and older ones withdrawn."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, gettext_lazy

from stoppress.newsroom.comparing.versions import PUBLIC_PARTS, Part, compared_versions
from stoppress.newsroom.models import Article, Person, Section, SourceType, Topic, Version
from stoppress.newsroom.publishing.fields import FIELDS
from stoppress.newsroom.times import in_words
from stoppress.newsroom.titles import in_its_language

from .note_form import NoteForm
from .picture_names import name_of

if TYPE_CHECKING:
    Inline = admin.TabularInline[Version, Article]
else:
    Inline = admin.TabularInline


TIMES = {"occurred", "top_until", "publish_at", "embargoed_until", "expires"}


class VersionInline(Inline):
    """Every saved change of the article."""

    model = Version
    verbose_name_plural = gettext_lazy("history")
    fields = readonly_fields = (
        *("version", "act", "note", "by", "created", "responsibility", "told", "changes"),
    )
    can_delete = False
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Version]:
        return super().get_queryset(request).defer("summary", "body")

    @admin.display(description=gettext_lazy("responsible"))
    def responsibility(self, version: Version) -> str:
        return format_html_join(
            mark_safe("<br>"), "{}", [[line] for line in responsibility(version)]
        )

    @admin.display(description=gettext_lazy("headline"))
    def told(self, version: Version) -> str:
        if version.withdrawn:
            return gettext("(withdrawn)")
        return in_its_language(version.headline, version.article.language)

    @admin.display(description=gettext_lazy("changes"))
    def changes(self, version: Version) -> str:
        address = reverse("admin:newsroom_article_changes", args=[version.article_id])
        words = gettext("Compare version %(version)s") % {"version": version.version}
        return format_html('<a href="{}?after={}">{}</a>', address, version.version, words)

    def has_view_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return True  # Django has already checked the right to see the article

    def has_add_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False


def responsibility(version: Version) -> list[str]:
    """Return the person responsible for a public version, its source type and its reviewer."""
    if not version.public:
        return []
    made, reviewer = version.fields.get("source_type"), version.fields.get("reviewed_by")
    reviewed = [gettext("Reviewed by %(name)s") % {"name": reviewer}] if reviewer else []
    made_by = [str(SourceType(made).label)] if made else []
    return [version.responsible or gettext("Nobody is named"), *made_by, *reviewed]


class TwoVersionsForm(forms.Form):
    """Asks for two versions to compare; by default the latest and the one before it."""

    before = forms.TypedChoiceField(coerce=int, required=False, label=gettext_lazy("Version"))
    after = forms.TypedChoiceField(coerce=int, required=False, label=gettext_lazy("with version"))

    def __init__(self, data: Any, versions: list[Version]) -> None:
        super().__init__(data)
        choices = [(version.version, in_a_line(version)) for version in versions]
        for name in ("before", "after"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        self._numbers = [version.version for version in versions]

    def chosen(self) -> tuple[int, int] | None:
        """Return the two numbers, the earlier first; None if there are no two versions."""
        chosen = self.cleaned_data if self.is_valid() else {}
        # A draft has no version if a process of the previous release made it.
        after = chosen.get("after") or next(iter(self._numbers), 0)
        earlier = [number for number in self._numbers if number < after]
        before = chosen.get("before") or next(iter(earlier), None)
        if before is None or before == after:
            return None
        self.initial = {"before": before, "after": after}
        self.is_bound = False  # the selects show what is compared
        first, last = sorted((before, after))
        return first, last


def in_a_line(version: Version) -> str:
    """Return a version's number, act, time and author."""
    by = f", {version.by}" if version.by else ""
    gone = f" {gettext('(withdrawn)')}" if version.withdrawn else ""
    act = version.get_act_display()
    return f"{version.version}: {act}, {in_words(version.created)}{by}{gone}"


def changed_parts(article: Article, first: int, last: int, user: Any) -> list[Part]:
    """Return every field that differs between two versions; those that readers see come first.

    Args:
        user: the reader.
    """
    names = [*PUBLIC_PARTS, *(name for name in FIELDS if name not in PUBLIC_PARTS)]
    before, after = article.versions.filter(version__in=[first, last]).order_by("version")
    for model, name in ((Section, "section"), (Topic, "topics"), (Person, "authors")):
        _name(model, name, [before, after])
    for version in (before, after):
        if made := version.fields.get("source_type"):
            version.fields["source_type"] = str(SourceType(made).label)
        if image := version.fields.get("image"):
            version.fields["image"] = name_of(image, user)
        if kind := version.fields.get("kind"):
            version.fields["kind"] = str(Article.Kind(kind).label)
        for name in TIMES & version.fields.keys():
            moment = version.fields[name]
            # Changed only in memory, to the time on the editor's clock.
            version.fields[name] = moment and in_words(moment)
    return compared_versions(before, after, names)


def _name(model: type[Section | Topic | Person], name: str, versions: list[Version]) -> None:
    """Replace the slugs in a field by names, only in memory, where the rows still exist."""
    told = [version for version in versions if version.fields.get(name)]
    slugs = {slug for version in told for slug in _listed(version.fields[name])}
    names = dict(model._default_manager.filter(slug__in=slugs).values_list("slug", "name"))
    alike = Counter(names.values())
    for slug, words in names.items():
        # Two rows with the same name would look like no change.
        names[slug] = words if alike[words] == 1 else f"{words} ({slug})"
    for version in told:
        slugs_told = _listed(version.fields[name])
        version.fields[name] = [names.get(slug, slug) for slug in slugs_told]


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


class WithdrawForm(NoteForm):
    """Asks for the older versions to withdraw, and for the reason."""

    field_order = ("versions", "note")

    versions = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Versions"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Each version has the whole text of its time: choose all versions with the text to"
            " withdraw."
        ),
    )

    def __init__(self, data: Any, versions: list[Version]) -> None:
        super().__init__(data, needed=True, says=gettext("For the desk; never public."))
        field = self.fields["versions"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (version.version, in_a_line(version))
            for version in versions[1:]
            if not version.withdrawn
        ]
