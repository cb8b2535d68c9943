"""A form makes its object once, even if it is sent several times.

The Back button, a retry or two simultaneous requests send a form again. It is recognised by the
token that it was served with.
"""

import json
import re
import secrets
from dataclasses import dataclass
from typing import Self

from django.db import IntegrityError, models, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from stoppress.newsroom.models import IdempotencyKey
from stoppress.newsroom.models.token import digest_of
from stoppress.newsroom.publishing import NewsroomError

# Fields of the form: its token, and the token that counts if the user wants a second object.
ONCE, ANOTHER = "once", "another"
TOKEN_CHARS = 64
# These buttons do more than save. The others only choose the next page.
BUTTONS = frozenset({"_publish", "_submit"})
# Fields that nobody types. The Back button loads the present rows, such as one version more.
NOT_WORDS = re.compile(
    rf"_.*|csrfmiddlewaretoken|{ONCE}|{ANOTHER}|[a-z]+-[A-Z_]+_FORMS|[a-z]+-[0-9]+-(id|article)"
)


def new_token() -> str:
    """Return a token for one form."""
    return secrets.token_urlsafe(16)


class SentBefore(NewsroomError):
    """The form was carried out already, and is not carried out again.

    Attributes:
        made: the object that it has made or changed.
        same: the form's content has not changed since.
        changes: it has changed an existing object.
    """

    def __init__(self, made: models.Model, *, same: bool, changes: bool = False) -> None:
        super().__init__(
            gettext_lazy("This form was sent before. Nothing was saved a second time.")
        )
        self.made, self.same, self.changes = made, same, changes


@dataclass(frozen=True)
class Sending:
    """One submission of a form.

    Attributes:
        whose: the user, so that no user can use or guess the keys of another.
        keys: the keys that identify the form; each key is carried out once.
        words: a hash of the form's content, without the spaces around each field; empty for a form
            that may have a password.
        changes: the form changes an existing object.
    """

    whose: str
    keys: tuple[str, ...]
    words: str
    changes: bool = False

    @classmethod
    def of_new(cls, request: HttpRequest, *, by_words: bool = False) -> Self:
        """Read a submission of a new object's form.

        Args:
            by_words: the form is recognised by its content too, for the case that the Back button
                has loaded a new form, with a new token. It has no password.
        """
        words = words_of(request) if by_words else ""
        token = request.POST.get(ANOTHER) or request.POST.get(ONCE)
        # A second object that the user asks for may have the same content.
        more = (f"words {words}",) if words and not request.POST.get(ANOTHER) else ()
        return cls(whose(request), (*([token] if token else []), *more), words)

    @classmethod
    def of_change(cls, request: HttpRequest) -> Self:
        """Read a submission of the form of an existing object.

        The same form with another content, or one that is now published or submitted, is another
        change.
        """
        button = next(iter(BUTTONS & request.POST.keys()), "_save")
        words, token = digest_of(f"{words_of(request)} {button}"), request.POST.get(ONCE)
        return cls(whose(request), (f"{token} {words}",) if token else (), words, changes=True)

    @classmethod
    def of_note(cls, request: HttpRequest, text: str) -> Self:
        """Read a note that is sent with the form of an article."""
        words, token = digest_of(text), request.POST.get(ONCE)
        return cls(whose(request), (f"{token} note {words}",) if token else (), words)

    def check(self) -> None:
        """Refuse a form that was carried out already.

        Raises:
            SentBefore.
        """
        known = self._known()
        made = known.found() if known is not None else None
        if known is not None and made is not None:
            same = known.fingerprint == self.words
            raise SentBefore(made, same=same, changes=self.changes)

    @property
    def is_known(self) -> bool:
        return self._known() is not None

    def _known(self) -> IdempotencyKey | None:
        records = (IdempotencyKey.of(self.whose, key) for key in self.keys)
        return next(filter(None, records), None)

    def remember(self, made: models.Model) -> None:
        """Record the form with its object, in the transaction that makes or changes it.

        Raises:
            SentBefore: a simultaneous request with the same form was first.
        """
        try:
            with transaction.atomic():
                for key in self.keys:
                    IdempotencyKey.remember(self.whose, key, self.words, made)
        except IntegrityError:
            self.check()
            raise


def whose(request: HttpRequest) -> str:
    return f"user {request.user.pk}"


def words_of(request: HttpRequest) -> str:
    """Return a hash of a form's content."""
    content = sorted(
        # Without the invisible spaces around a value, which make no difference.
        (name, [value.strip() for value in request.POST.getlist(name)])
        for name in request.POST
        if not NOT_WORDS.fullmatch(name)
    )
    return digest_of(json.dumps(content))
