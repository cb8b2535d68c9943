"""Permissions: every check is `may(actor, verb, article)`.

The admin and the API both use it, and act inside `permitted`. The verbs themselves do not check:
the schedule and feeds are not actors. `docs/newsroom.md` has the whole table, and tests compare
this file with it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from stoppress import live

from .models import ApiToken, Article, Contributor, Picture, PictureUse
from .models.picture import PictureQuerySet
from .models.token import Scope
from .publishing import differences, lock_stories, locked
from .publishing.errors import InvalidField, NewsroomError
from .publishing.pictures_used import check_all_found, pictures_named
from .verb import Verb

__all__ = [
    "Actor",
    "NoRight",
    "Verb",
    "check",
    "check_fields",
    "check_new",
    "known_uses",
    "may",
    "permitted",
    "readable",
    "scope_of",
    "scopes_of",
    "visible_pictures",
]

User = AbstractBaseUser | AnonymousUser
Actor = User | ApiToken
Words = str | Promise


SCOPES = {
    Verb.READ: Scope.READ,
    Verb.CREATE: Scope.WRITE,
    Verb.EDIT: Scope.WRITE,
    Verb.NOTE: Scope.WRITE,
    Verb.SUBMIT: Scope.WRITE,
}
# Verbs that users with the right to write may use on their own drafts; the first two also on all
# their own articles.
OWN = {Verb.READ, Verb.NOTE, Verb.EDIT, Verb.SUBMIT, Verb.DISCARD}
OWN_ALWAYS = {Verb.READ, Verb.NOTE}

Rule = Callable[[Any, Any], bool]
# An urgency up to this one can lift an article above the others.
RANKING = 3


def _always(old: object, new: object) -> bool:
    return True


def _lifts(old: int, new: int) -> bool:
    return min(old, new) <= RANKING


def _frees(old: Any, new: Any) -> bool:
    """Return whether an embargo is lifted or shortened."""
    return old is not None and (new is None or new < old)


LIFTED = gettext_lazy("A place above the others")
# Fields that change what, where or when readers see: which changes of them need a separate right,
# which right, and the name of such a change.
FIELD_RIGHTS: dict[str, tuple[Rule, Verb, Words]] = {
    "publish_at": (_always, Verb.SCHEDULE, gettext_lazy("A time of publication")),
    "embargoed_until": (_frees, Verb.SCHEDULE, gettext_lazy("An earlier end of an embargo")),
    "pinned": (_always, Verb.PIN, LIFTED),
    "top_until": (_always, Verb.PIN, LIFTED),
    "urgency": (_lifts, Verb.PIN, gettext_lazy("An urgency of 1 to 3")),
    "reviewed_by": (_always, Verb.PUBLISH, gettext_lazy("A review")),
}

SUBJECTS: dict[Verb, Words] = {
    Verb.READ: gettext_lazy("Reading"),
    Verb.CREATE: gettext_lazy("A new article"),
    Verb.EDIT: gettext_lazy("A change of this draft"),
    Verb.NOTE: gettext_lazy("A note"),
    Verb.SUBMIT: gettext_lazy("Submitting"),
    Verb.SEND_BACK: gettext_lazy("Sending back"),
    Verb.DISCARD: gettext_lazy("Discarding"),
    Verb.DELETE: gettext_lazy("Deleting"),
    Verb.SCHEDULE: gettext_lazy("A change of a scheduled article"),
    Verb.PUBLISH: gettext_lazy("Publishing"),
    Verb.UPDATE: gettext_lazy("A change of an article that is or was public"),
    Verb.CORRECT: gettext_lazy("A correction"),
    Verb.RETRACT: gettext_lazy("A retraction"),
    Verb.RESTORE: gettext_lazy("Restoring"),
    Verb.PIN: gettext_lazy("Pinning"),
    Verb.WITHDRAW_VERSION: gettext_lazy("Withdrawing a version"),
}


class NoRight(NewsroomError):
    """The actor does not have the right; nothing was written.

    Attributes:
        subject: the subject of the sentence, such as "Publishing".
        verb: the verb whose right is missing.
    """

    def __init__(self, subject: Words, verb: Verb) -> None:
        self.subject, self.verb = str(subject), verb
        super().__init__(
            gettext("%(subject)s needs the right to %(right)s, which you do not have.")
            % {"subject": self.subject, "right": verb.right}
        )


def may(actor: Actor, verb: Verb, article: Article | None = None) -> bool:
    """Return whether an actor may do this to an article; without one, to at least some article.

    The state of an article counts only if the right depends on it: an actor who may retract
    articles may retract a draft too, and the verb refuses it.
    """
    if isinstance(actor, ApiToken):
        scopes = map(scope_of, needed(verb, article))
        # No call deletes.
        return verb is not Verb.DELETE and not actor.ended and all(map(actor.may, scopes))
    if all(holds(actor, each) for each in needed(verb, article)):
        return True
    return verb in OWN and _writes(actor, verb, article)


def check(actor: Actor, verb: Verb, article: Article | None = None, *, subject: Words = "") -> None:
    """Raise NoRight if an actor may not do this.

    Args:
        subject: of the refusal's sentence; by default that of the missing right.

    Raises:
        NoRight.
    """
    if may(actor, verb, article):
        return
    lacking = needed(verb, article)[-1]
    raise NoRight(subject or SUBJECTS[lacking], lacking)


def check_fields(
    actor: Actor, article: Article | None, changes: Mapping[str, tuple[object, object]]
) -> None:
    """Refuse changes of fields that need a right which the actor does not have.

    Args:
        article: None for a new one.
        changes: the old and the new value of each field that changes.

    Raises:
        NoRight; InvalidField: the reviewer is somebody else, or the actor is a program; or the
            actor may not see a picture.
    """
    for name, (asks, verb, subject) in FIELD_RIGHTS.items():
        if name in changes and asks(*changes[name]):
            check(actor, verb, article, subject=subject)
    if named := pictures_named(article or Article(), changes):
        seen = visible_pictures(actor, Picture.objects.filter(pk__in=named))
        image = getattr(changes.get("image", (None, None))[1], "pk", None)
        check_all_found(named, set(seen.values_list("pk", flat=True)), image)
    if "reviewed_by" in changes:
        _, reviewer = changes["reviewed_by"]
        check_reviewer(actor, str(reviewer))


def check_reviewer(actor: Actor, reviewer: str) -> None:
    """Refuse a review in the name of another user, and any review by a program.

    Args:
        reviewer: a user's name; empty if the review is taken back.

    Raises:
        InvalidField.
    """
    if isinstance(actor, ApiToken):
        raise InvalidField("reviewed_by", gettext("needs a person: programs cannot review texts."))
    if reviewer and reviewer != actor.get_username():
        raise InvalidField(
            "reviewed_by", gettext("can only be you: you cannot review for another user.")
        )


def check_new(actor: Actor, fields: Mapping[str, object]) -> None:
    """Refuse a new article with fields that the actor may not set.

    Raises:
        NoRight; InvalidField: a value is not accepted.
    """
    check(actor, Verb.CREATE)
    check_fields(actor, None, differences(Article(), fields))


@contextmanager
def permitted(
    actor: Actor,
    verb: Verb,
    article: Article,
    fields: Mapping[str, object] | None = None,
    *,
    goes_to: Article | None = None,
    subject: Words = "",
) -> Iterator[Article]:
    """Lock an article for an actor's change, if the actor may make it in the present state.

    An earlier check may be out of date: another user may have scheduled or published the draft.

    Args:
        fields: the fields that the actor writes, after `prepare(fields, article)`.
        goes_to: the story that a post is moved to. It is locked too, in the verb's order, so that
            two moves cannot deadlock.
        subject: of the refusal's sentence; by default that of the missing right.

    Raises:
        NoRight; InvalidField: a value is not accepted; WrongState: the article no longer exists.
    """
    with live.atomic():
        if goes_to is not None:
            lock_stories(article, goes_to)
        fresh = locked(article)
        check(actor, verb, fresh, subject=subject)
        check_fields(actor, fresh, differences(fresh, fields or {}))
        yield fresh


def needed(verb: Verb, article: Article | None) -> tuple[Verb, ...]:
    """Return the verbs whose rights a verb needs in an article's present state.

    An edit of an article that is or was public is an update. For a scheduled draft the right to
    schedule is needed too, because readers will see the change.
    """
    if verb is not Verb.EDIT or article is None:
        return (verb,)
    if not article.is_draft:
        return (Verb.UPDATE,)
    return (Verb.EDIT,) if article.publish_at is None else (Verb.EDIT, Verb.SCHEDULE)


def holds(user: User, verb: Verb) -> bool:
    """Return whether a user has a verb's right, which covers all articles."""
    if not user.is_active or not isinstance(user, PermissionsMixin | AnonymousUser):
        return False
    if user.has_perm(verb.permission):
        return True
    return verb is Verb.READ and user.has_perm(Verb.EDIT.permission)


def _writes(user: User, verb: Verb, article: Article | None) -> bool:
    """Return whether a user may do this to one of their own articles."""
    if not holds(user, Verb.CREATE):
        return False
    if article is None:
        return True
    plain = article.is_draft and article.publish_at is None
    return (plain or verb in OWN_ALWAYS) and contributes(user, article)


def contributes(user: User, article: Article) -> bool:
    """Return whether an article is a user's own: the user is its creator or another contributor."""
    return _contributions(user).filter(article_id=article.pk).exists()


def _contributions(user: User) -> QuerySet[Contributor]:
    if user.pk is None:
        return Contributor.objects.none()
    return Contributor.objects.filter(user_id=user.pk)


def readable(user: User, articles: QuerySet[Any]) -> QuerySet[Any]:
    """Filter articles to those that a user may read at the desk, by the rules of `may`."""
    if holds(user, Verb.READ):
        return articles
    if not holds(user, Verb.CREATE):
        return articles.none()
    return articles.filter(Exists(_contributions(user).filter(article_id=OuterRef("pk"))))


def visible_pictures(actor: Actor, pictures: PictureQuerySet) -> PictureQuerySet:
    """Filter pictures to those that an actor may see at the desk, and use.

    An actor who may read all articles sees all pictures. Other authors see their own, those of
    their articles, and public ones.
    """
    if isinstance(actor, ApiToken):
        return pictures if may(actor, Verb.READ) else pictures.none()
    if holds(actor, Verb.READ):
        return pictures
    if not holds(actor, Verb.CREATE):
        return pictures.none()
    known = known_uses(actor).filter(picture=OuterRef("pk"))
    return pictures.filter(Q(uploader=actor.pk) | Exists(known))


def known_uses(user: User) -> QuerySet[PictureUse]:
    """Return the uses of pictures by articles that a user may read, or that are public."""
    if holds(user, Verb.READ):
        return PictureUse.objects.all()
    articles = Article.objects.filter(pk=OuterRef("article"))
    public = Exists(articles.public())
    return PictureUse.objects.filter(Exists(readable(user, articles)) | public)


def scope_of(verb: Verb) -> Scope:
    """Return the scope that a token needs for a verb; the widest for a verb that is not listed."""
    return SCOPES.get(verb, Scope.PUBLISH)


def scopes_of(user: User) -> list[Scope]:
    """Return the scopes of tokens that a user may make: they have no right that the user lacks.

    A token works on all articles, so a user with rights on own articles only cannot make tokens.
    """
    verbs = set(Verb) - {Verb.DELETE}
    lacking = {scope_of(verb) for verb in verbs if not holds(user, verb)}
    return [scope for scope in Scope if not any(map(scope.includes, lacking))]
