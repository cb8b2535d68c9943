"""A new article's form makes one article, even if the form is sent several times.

The Back button, a retry or two simultaneous requests send a form again. It is recognised by the
token that it was served with. If the Back button has loaded a new form, with a new token, it is
recognised by its content.
"""

import json
import secrets
from dataclasses import dataclass
from typing import Self

from django.db import IntegrityError, transaction
from django.http import HttpRequest

from stoppress.newsroom.models import Article, IdempotencyKey
from stoppress.newsroom.models.token import digest_of
from stoppress.newsroom.publishing import NewsroomError

# Fields of the form: its token, and the token that counts if the editor wants a second article.
ONCE, ANOTHER = "once", "another"
TOKEN_CHARS = 64
NOT_WORDS = {"csrfmiddlewaretoken", ONCE, ANOTHER}


def new_token() -> str:
    """Return a token for one form."""
    return secrets.token_urlsafe(16)


class SentBefore(NewsroomError):
    """The form has already made its article; no second one was made.

    Attributes:
        same: the form's content has not changed since.
    """

    def __init__(self, article: Article, same: bool) -> None:
        super().__init__("This form was sent before, and has made its article.")
        self.article, self.same = article, same


@dataclass(frozen=True)
class Sending:
    """One submission of the form.

    Attributes:
        whose: the editor, so that no editor can use or guess the keys of another.
        keys: what the form is recognised by; each key makes one article.
        words: a hash of the form's content, without the spaces around each field.
    """

    whose: str
    keys: tuple[str, ...]
    words: str

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """Read a submission from its request."""
        content = sorted(
            # Without the invisible spaces around a value, which make no different article.
            (name, [value.strip() for value in request.POST.getlist(name)])
            for name in request.POST
            if name not in NOT_WORDS and not name.startswith("_")
        )
        words = digest_of(json.dumps(content))
        token = request.POST.get(ANOTHER) or request.POST.get(ONCE)
        # A second article that the editor asks for may have the same content.
        by_words = () if request.POST.get(ANOTHER) else (f"words {words}",)
        return cls(f"user {request.user.pk}", (*([token] if token else []), *by_words), words)

    def check(self) -> None:
        """Refuse a form that has already made its article.

        Raises:
            SentBefore.
        """
        for key in self.keys:
            known = IdempotencyKey.of(self.whose, key)
            if known is not None:
                raise SentBefore(known.article, known.fingerprint == self.words)

    def remember(self, article: Article) -> None:
        """Record the form with its article, in the transaction that makes the article.

        Raises:
            SentBefore: a simultaneous request with the same form was first.
        """
        try:
            with transaction.atomic():
                for key in self.keys:
                    IdempotencyKey.remember(self.whose, key, self.words, article)
        except IntegrityError:
            self.check()
            raise
