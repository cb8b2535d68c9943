"""What an editor is shown when somebody else has changed the same article meanwhile."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from stoppress.newsroom.comparing.excerpt import excerpt
from stoppress.newsroom.comparing.paragraphs import compared
from stoppress.newsroom.comparing.versions import Part
from stoppress.newsroom.direction import direction
from stoppress.newsroom.merging import TOGETHER
from stoppress.newsroom.models import Person, Section, Topic, Version
from stoppress.newsroom.publishing import EditConflict
from stoppress.newsroom.publishing.meanwhile import TIMES, Change
from stoppress.newsroom.times import in_words

User = AbstractBaseUser | AnonymousUser
NAMED: dict[str, type[Section | Topic | Person]] = {
    "section": Section,
    "topics": Topic,
    "authors": Person,
}
DONE = {
    Version.Act.PUBLISH: "published",
    Version.Act.RETRACTION: "retracted",
    Version.Act.RESTORE: "restored",
}


@dataclass(frozen=True)
class Question:
    """A field, or several that belong together, for which the editor decides.

    Attributes:
        name: of the (first) field.
        began: the version from which the editor began.
        says: who changed it, and when.
        parts: what they changed, word by word.
    """

    name: str
    label: str
    began: int
    says: str
    parts: list[Part]


@dataclass(frozen=True)
class Conflict:
    """A form that was not saved: what others have done meanwhile.

    Attributes:
        acts: sentences on what else the editor must know.
        present: the address of the article's form as it stands.
        compare: the address of the comparison with what the editor has read.
    """

    questions: list[Question]
    acts: list[str]
    present: str
    compare: str

    @classmethod
    def of(cls, refusal: EditConflict, form: Any, user: User) -> Self:
        article = refusal.article
        acts = [
            f"{sentence} meanwhile. The form shows it now."
            for sentence in changed_by(refusal.kept, form, user)
        ]
        if refusal.act is not None:
            acts.insert(0, f"{act_of(refusal.act, user)}.")
        changes = f"{reverse('admin:newsroom_article_changes', args=[article.pk])}?"
        read = min((change.read for change in refusal.conflicts), default=article.version)
        return cls(
            list(questions(refusal, form, user)),
            acts,
            reverse("admin:newsroom_article_change", args=[article.pk]),
            f"{changes}before={read}&after={article.version}",
        )


def questions(refusal: EditConflict, form: Any, user: User) -> Iterator[Question]:
    joined = {name: unit for unit in TOGETHER for name in unit}
    by_unit: dict[tuple[str, ...], list[Change]] = {}
    for change in refusal.conflicts:
        by_unit.setdefault(joined.get(change.name, (change.name,)), []).append(change)
    for unit, changes in by_unit.items():
        theirs = [each for each in changes if each.before != each.now] or changes
        label = " and ".join(label_of(form, each.name) for each in theirs)
        parts = [part_of(each, refusal, form) for each in theirs]
        said = says(theirs, user)
        yield Question(unit[0], label[:1].upper() + label[1:], changes[0].read, said, parts)


def says(changes: list[Change], user: User) -> str:
    """Return who has made of the fields of one question what they are, and when."""
    if not all(change.known for change in changes):
        return "What you had read of it is not known any more. It is now:"
    versions = [change.version for change in changes if change.version]
    if not versions:
        return "Somebody changed it to:"
    latest = max(versions, key=lambda version: version.version)
    when = f"on {in_words(latest.created)} (version {latest.version})"
    return f"{who(latest, user)} changed it {when} to:"


def part_of(change: Change, refusal: EditConflict, form: Any) -> Part:
    """Return what others have made of a field; without what it was, if that is not known."""
    language = refusal.article.language
    now = lines(change.name, change.now)
    before = lines(change.name, change.before) if change.known else now
    told = compared(before, now)
    shown = excerpt(told)
    left_out = sum(not each.is_same for each in told) - sum(not each.is_same for each in shown)
    label = label_of(form, change.name)
    runs = direction(language, " ".join([*now, *before])[:2000])
    return Part(label[:1].upper() + label[1:], language, runs, shown, left_out)


def lines(name: str, value: object) -> list[str]:
    """Return a stored value in words, a text as its lines."""
    if name in NAMED:
        slugs = [str(each) for each in value] if isinstance(value, list) else [str(value or "")]
        rows = NAMED[name]._default_manager.filter(slug__in=slugs)
        names = dict(rows.values_list("slug", "name"))
        return [", ".join(names.get(slug, slug) for slug in slugs if slug) or "(none)"]
    if name in TIMES and isinstance(value, str):
        return [in_words(datetime.fromisoformat(value))]
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    return [line for line in str("" if value is None else value).split("\n") if line.strip()] or [
        "(empty)"
    ]


def changed_by(changes: Iterable[Change], form: Any, user: User) -> Iterator[str]:
    """Return a sentence without its end for each author: `ben changed the summary and the body`."""
    by_author: dict[str, list[str]] = {}
    for change in changes:
        by_author.setdefault(who(change.version, user), []).append(label_of(form, change.name))
    for author, labels in by_author.items():
        *first, last = [f"the {label}" for label in labels]
        named = f"{', '.join(first)} and {last}" if first else last
        yield f"{author} changed {named}"


def act_of(version: Version, user: User) -> str:
    done = DONE[Version.Act(version.act)]
    return f"{who(version, user)} {done} the article on {in_words(version.created)}"


def who(version: Version | None, user: User) -> str:
    if version is None or not version.by:
        return "Somebody"
    return "You" if version.by == user.get_username() else version.by


def label_of(form: Any, name: str) -> str:
    """Return a field's label within a sentence."""
    known = form.fields.get(name)
    return str(known.label if known is not None and known.label else name.replace("_", " ")).lower()
