"""The name of an article within words of another language, such as the admin's."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from .article_name import article_name
from .direction import direction
from .models import Article

OPENING_WORDS = 12  # of the text of a post without a headline


def titled(article: Article, most: int | None = None) -> SafeString:
    """Return an article's name as HTML with its language and direction.

    Args:
        most: the maximum number of words; all by default.
    """
    name = name_of(article)
    return in_its_language(name if most is None else Truncator(name).words(most), article.language)


def name_of(article: Article) -> str:
    """Return an article's headline; for a post without one, its name, cut short."""
    if article.headline or not article.is_post:
        return article.headline
    return Truncator(article_name(article)).words(OPENING_WORDS)


def in_its_language(text: str, language: str) -> SafeString:
    """Return a text as HTML with its language and direction."""
    runs = direction(language, text)
    return format_html('<bdi lang="{}" dir="{}">{}</bdi>', language, runs, text)
