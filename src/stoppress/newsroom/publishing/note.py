"""Write a note about an article, for other editors."""

from django.utils.translation import gettext as _

from stoppress import live
from stoppress.live.clock import database_time
from stoppress.newsroom.letters import whole_letters
from stoppress.newsroom.models import Article, Note

from .article_row import locked
from .errors import InvalidField
from .fields import NOTE_CHARS
from .text_checks import is_visible
from .text_checks import text as checked_text


def checked_remark(text: str) -> str:
    """Return a note's text as it is stored.

    Raises:
        InvalidField: the text is empty or not accepted.
    """
    text = str(checked_text(NOTE_CHARS)("text", text)).strip()
    if not any(map(is_visible, text)):
        raise InvalidField("text", _("is required."))
    return text


def add_note(article: Article, text: str, *, by: str = "") -> Note:
    """Add a note to an article in any state. It is never public, and makes no version.

    Raises:
        InvalidField: the text is empty or not accepted.
        WrongState: the article no longer exists.
    """
    text = checked_remark(text)
    with live.atomic():
        article = locked(article)
        return Note.objects.create(
            article=article, text=text, by=whole_letters(by, 150), created=database_time()
        )
