"""An article's headline between the words of another language, such as the admin's."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from .direction import direction
from .models import Article


def titled(article: Article, most: int | None = None) -> SafeString:
    """Return an article's headline as HTML that says its language and direction.

    Args:
        most: how many words at most; all by default.
    """
    words = article.headline if most is None else Truncator(article.headline).words(most)
    return in_its_language(words, article.language)


def in_its_language(text: str, language: str) -> SafeString:
    """Return a text as HTML that says its language and direction."""
    runs = direction(language, text)
    return format_html('<bdi lang="{}" dir="{}">{}</bdi>', language, runs, text)
