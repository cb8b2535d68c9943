"""The conflicts that a form shows when another editor has changed the same article meanwhile."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext, gettext_lazy, pgettext

from stoppress.newsroom.comparing.excerpt import excerpt
from stoppress.newsroom.comparing.paragraphs import compared
from stoppress.newsroom.comparing.versions import Part
from stoppress.newsroom.direction import direction
from stoppress.newsroom.merging import TOGETHER
from stoppress.newsroom.models import Article, Person, Section, Topic, Version
from stoppress.newsroom.publishing import EditConflict
from stoppress.newsroom.publishing.meanwhile import TIMES, Change
from stoppress.newsroom.times import in_words

from .picture_names import name_of

User = AbstractBaseUser | AnonymousUser
NAMED: dict[str, type[Section | Topic | Person]] = {
    "section": Section,
    "topics": Topic,
    "authors": Person,
}
DONE = {
    Version.Act.PUBLISH: gettext_lazy("%(who)s published the article on %(time)s."),
    Version.Act.RETRACTION: gettext_lazy("%(who)s retracted the article on %(time)s."),
    Version.Act.RESTORE: gettext_lazy("%(who)s restored the article on %(time)s."),
    Version.Act.SEND_BACK: gettext_lazy("%(who)s sent back the article on %(time)s."),
}


@dataclass(frozen=True)
class Question:
    """A field, or several that belong together, for which the editor decides.

    Attributes:
        name: of the (first) field.
        asked: each field with the version from which the editor began, as the form sends it.
        says: a sentence with the author and the time of the other change.
        parts: the other change, word by word.
        over: whether the editor has chosen to overwrite the other change.
    """

    name: str
    label: str
    asked: list[str]
    says: str
    parts: list[Part]
    over: bool


@dataclass(frozen=True)
class Conflict:
    """A form that was not saved, because others have changed the article meanwhile.

    Attributes:
        acts: sentences about the other acts and changes.
        present: the address of the article's present form.
        compare: the address of the comparison with the version that the editor has read.
    """

    questions: list[Question]
    acts: list[str]
    present: str
    compare: str

    @classmethod
    def of(cls, refusal: EditConflict, user: User, over: Collection[str] = ()) -> Self:
        """Return the conflict that the form shows for a refusal.

        Args:
            over: the fields in which the editor has chosen to overwrite the other change.
        """
        article = refusal.article
        shown = gettext("%(who)s changed %(fields)s meanwhile. The form shows it now.")
        acts = [shown % changed for changed in changed_by(refusal.kept, user)]
        if refusal.act is not None:
            acts.insert(0, act_of(refusal.act, user))
        changes = f"{reverse('admin:newsroom_article_changes', args=[article.pk])}?"
        read = min((change.read for change in refusal.conflicts), default=article.version)
        return cls(
            list(questions(refusal, user, over)),
            acts,
            reverse("admin:newsroom_article_change", args=[article.pk]),
            f"{changes}before={read or 1}&after={article.version}",
        )


def questions(refusal: EditConflict, user: User, over: Collection[str]) -> Iterator[Question]:
    joined = {name: unit for unit in TOGETHER for name in unit}
    by_unit: dict[tuple[str, ...], list[Change]] = {}
    for change in refusal.conflicts:
        by_unit.setdefault(joined.get(change.name, (change.name,)), []).append(change)
    for unit, changes in by_unit.items():
        theirs = [each for each in changes if each.before != each.now] or changes
        label = get_text_list([label_of(each.name) for each in theirs], gettext("and"))
        parts = [part_of(each, refusal, user) for each in theirs]
        asked = [f"{each.name}:{each.read}" for each in changes]
        said = says(theirs, user)
        yield Question(unit[0], capfirst(label), asked, said, parts, unit[0] in over)


def says(changes: list[Change], user: User) -> str:
    """Return a sentence with author and time of the latest change of a question's fields."""
    if not all(change.known for change in changes):
        return gettext("The version that you opened is no longer known. The field is now:")
    versions = [change.version for change in changes if change.version]
    if not versions:
        return gettext("Somebody changed it to:")
    latest = max(versions, key=lambda version: version.version)
    return gettext("%(who)s changed it on %(time)s (version %(version)s) to:") % {
        "who": who(latest, user),
        "time": in_words(latest.created),
        "version": latest.version,
    }


def part_of(change: Change, refusal: EditConflict, user: User) -> Part:
    """Return the others' change of a field; only the present value if the old one is not known."""
    language = refusal.article.language
    now = lines(change.name, change.now, user)
    before = lines(change.name, change.before, user) if change.known else now
    told = compared(before, now)
    shown = excerpt(told)
    left_out = sum(not each.is_same for each in told) - sum(not each.is_same for each in shown)
    runs = direction(language, " ".join([*now, *before])[:2000])
    return Part(change.name, language, runs, shown, left_out)


def lines(name: str, value: object, user: User) -> list[str]:
    """Return a stored value as lines in words."""
    if name in NAMED:
        slugs = [str(each) for each in value] if isinstance(value, list) else [str(value or "")]
        rows = NAMED[name]._default_manager.filter(slug__in=slugs)
        names = dict(rows.values_list("slug", "name"))
        named = ", ".join(names.get(slug, slug) for slug in slugs if slug)
        return [named or gettext("(none)")]
    if name == "image":
        return [name_of(value, user) if value else gettext("(none)")]
    if name in TIMES and isinstance(value, str):
        return [in_words(datetime.fromisoformat(value))]
    if name == "kind":
        return [str(Article.Kind(str(value)).label)]
    if isinstance(value, bool):
        return [gettext("yes") if value else gettext("no")]
    told = str("" if value is None else value)
    return [line for line in told.split("\n") if line.strip()] or [gettext("(empty)")]


def changed_by(changes: Iterable[Change], user: User) -> Iterator[dict[str, str]]:
    """Yield each author with the changed fields: `{"who": "ben", "fields": "the summary"}`."""
    by_author: dict[str, list[str]] = {}
    for change in changes:
        named = gettext("the %(field)s") % {"field": label_of(change.name)}
        by_author.setdefault(who(change.version, user), []).append(named)
    for author, fields in by_author.items():
        yield {"who": author, "fields": get_text_list(fields, gettext("and"))}


def act_of(version: Version, user: User) -> str:
    told = {"who": who(version, user), "time": in_words(version.created)}
    return str(DONE[Version.Act(version.act)]) % told


def who(version: Version | None, user: User) -> str:
    if version is None or not version.by:
        return pgettext("who changed it", "Somebody")
    return pgettext("who changed it", "You") if version.by == user.get_username() else version.by


def label_of(name: str) -> str:
    """Return a field's label within a sentence."""
    field: Any = Article._meta.get_field(name)
    return str(field.verbose_name)
