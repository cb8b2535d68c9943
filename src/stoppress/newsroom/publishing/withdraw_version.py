"""Withdraw the texts of older versions, for example because of a libel in them."""

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.models import Article, Version
from stoppress.newsroom.stream_names import WIRE
from stoppress.newsroom.wire import withdrawal_facts

from .article_row import Versions, locked, save_version
from .breaking import tell_breaking
from .errors import InvalidField, WrongState
from .fields import FIELDS, checked_note
from .search_entries import wipe_taken
from .stored_fields import VERSION_TEXTS, stored_fields, version_fields
from .telling import event_of, publish_event, shown_in, tell_retraction

EVENT = "article.updated"
# These fields of a withdrawn version are kept, because none is a text: the schedule, the
# responsible person, the reviewer, how the text was made, and the story of a post.
KEPT = {"publish_at", "responsible", "reviewed_by", "source_type", "story"}


def withdraw_version(
    article: Article,
    number: int | Collection[int],
    *,
    note: str,
    by: str = "",
    if_version: Versions = None,
) -> Article:
    """Remove the texts of one or several older versions from the history and from the log.

    1. The versions keep their act, time and author, the scheduled time, the responsible person,
       how the text was made, the reviewer and a post's story. Texts, other fields and notes are
       emptied.
    2. If the article shows the correction note of a withdrawn version, it shows the note of the
       correction before it instead, if there is one. The note of the present retraction is
       removed with its version.
    3. The texts are blanked in the log of every stream that the article was ever in, and every
       process purges its memory. A public article is then published again.

    Args:
        number: the number of the version, or of all versions that have the text.
        note: why; for the desk, never public.

    Raises:
        InvalidField: the note is missing or not accepted, or there is no such version.
        VersionConflict: somebody has changed the article since `if_version`.
        WrongState: a version is the latest or already withdrawn, or it has no note, the same public
            fields as the article now, and no other value for the desk.
    """
    note = checked_note(note, needed=True)
    numbers = {number} if isinstance(number, int) else set(number)
    with live.atomic():
        article, now = locked(article, if_version), database_time()
        versions, was_breaking = _older(article, numbers), article.breaking
        # `QuerySet.update`, because the versions' own queryset refuses every change.
        for version in versions:
            QuerySet.update(
                article.versions.filter(pk=version.pk),
                **dict.fromkeys(set(VERSION_TEXTS) - {"body_format"}, ""),
                note="",
                fields={name: said for name in KEPT if (said := version.fields.get(name))},
                withdrawn=True,
            )
        _drop_notes(article, versions)
        # Two numbers: a page ignores an item with the version of its removal.
        article.version += 1
        removed = article.version
        save_version(article, now, Version.Act.WITHDRAW, note=note, by=by, seen=False)
        wipe_taken()
        if article.first_published is not None:
            shown = shown_in(article)
            event = EVENT if article.is_public else "article.retracted"
            live.redact(
                article.key,
                event_of(article, event),
                version=removed,
                shown_in=shown,
                # The facts of the present retraction are sent again: the old ones are blanked too.
                facts={WIRE: withdrawal_facts(article)} if article.is_retracted else {},
            )
            if article.is_post and any(each.act == Version.Act.RETRACTION for each in versions):
                # The log still has the note, even if the post was restored since.
                live.redact(article.retraction_key, "post.retracted", version=removed)
            if article.is_post and article.is_retracted:
                tell_retraction(article, "article.retracted")
        if article.is_public:
            publish_event(article, EVENT)
            tell_breaking(article, EVENT, was=was_breaking)
    return article


def _older(article: Article, numbers: set[int]) -> list[Version]:
    """Return the versions with these numbers, if each can be withdrawn."""
    found = {each.version: each for each in article.versions.all()}
    if missing := sorted(numbers - found.keys()):
        raise InvalidField("version", _("%(number)d does not exist.") % {"number": missing[0]})
    versions = [found[number] for number in sorted(numbers)]
    for version in versions:
        number = {"number": version.version}
        if version.withdrawn:
            raise WrongState(_("Version %(number)d is already withdrawn.") % number)
        if version.version == max(found):
            raise WrongState(
                _("Version %(number)d is the latest. Change or correct the article first.") % number
            )
        if not _has_its_own(article, version):
            raise WrongState(
                _(
                    "Version %(number)d has the present text of the article, and no note. Update"
                    " or correct the article first."
                )
                % number
            )
    if not versions:
        raise InvalidField("version", _("is required."))
    return versions


def withdrawable(article: Article) -> list[int]:
    """Return the numbers of all older versions of an article that can be withdrawn."""
    versions = list(article.versions.all())
    last = max((each.version for each in versions), default=0)
    older = [each for each in versions if each.version != last and not each.withdrawn]
    return sorted(each.version for each in older if _has_its_own(article, each))


def _has_its_own(article: Article, version: Version) -> bool:
    """Return whether a version has a note, other public fields, or another value for the desk."""
    now = stored_fields(article) | {name: getattr(article, name) for name in VERSION_TEXTS}
    return bool(version.note) or any(
        value != now[name] and (value or FIELDS[name].public)
        for name, value in version_fields(version).items()
        if name in now
    )


def _drop_notes(article: Article, versions: list[Version]) -> None:
    """Remove the public notes of withdrawn versions from the article itself."""
    for version in versions:
        corrections = article.versions.filter(act=Version.Act.CORRECTION)
        if version.act == Version.Act.CORRECTION and article.correction_date is not None:
            if corrections.filter(withdrawn=False, version__gt=version.version).exists():
                continue
            before = corrections.filter(withdrawn=False, version__lt=version.version).first()
            article.correction_text = before.note if before else ""
            article.correction_date = before.created if before else None
        if version.act == Version.Act.RETRACTION and article.is_retracted:
            retractions = article.versions.filter(act=Version.Act.RETRACTION)
            if not retractions.filter(version__gt=version.version).exists():
                article.retraction_note = ""
