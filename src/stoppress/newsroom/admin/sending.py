"""A new article's form, sent: once it makes an article, and after that it leads there.

The Back button, a retry or two requests at once send a form again. It is known by the token that it
was served with, and where Back has fetched a new form, by what stands in it.
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

# The form's fields: its token, and that of the other article which the editor says this is.
ONCE, ANOTHER = "once", "another"
TOKEN_CHARS = 64
NOT_WORDS = {"csrfmiddlewaretoken", ONCE, ANOTHER}


def new_token() -> str:
    """Return a token for one form."""
    return secrets.token_urlsafe(16)


class SentBefore(NewsroomError):
    """A form has made its article already; nothing was made a second time."""

    def __init__(self, article: Article, same: bool) -> None:
        super().__init__("This form was sent before, and has made its article.")
        self.article, self.same = article, same


@dataclass(frozen=True)
class Sending:
    """One sending of the form.

    Attributes:
        whose: the editor: nobody's form can hit or probe another's.
        keys: what the form is known by, each of which makes one article.
        words: a hash of all that stands in it, without the space around.
    """

    whose: str
    keys: tuple[str, ...]
    words: str

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """Read a sending."""
        said = sorted(
            # Space around it, which nobody sees, makes no other article.
            (name, [value.strip() for value in request.POST.getlist(name)])
            for name in request.POST
            if name not in NOT_WORDS and not name.startswith("_")
        )
        words = digest_of(json.dumps(said))
        token = request.POST.get(ANOTHER) or request.POST.get(ONCE)
        # Whoever says that it is another article may use the same words.
        by_words = () if request.POST.get(ANOTHER) else (f"words {words}",)
        return cls(f"user {request.user.pk}", (*([token] if token else []), *by_words), words)

    def check(self) -> None:
        """Refuse a form that has made its article.

        Raises:
            SentBefore.
        """
        for key in self.keys:
            known = IdempotencyKey.of(self.whose, key)
            if known is not None:
                raise SentBefore(known.article, known.fingerprint == self.words)

    def remember(self, article: Article) -> None:
        """Tie the form to the article that it makes, in the transaction that makes it.

        Raises:
            SentBefore: the same form came in at the same moment, and was first.
        """
        try:
            with transaction.atomic():
                for key in self.keys:
                    IdempotencyKey.remember(self.whose, key, self.words, article)
        except IntegrityError:
            self.check()
            raise
