"""The name of an article or a post, for a title, a feed or a list."""

from .body.providers import NAMES
from .models import Article
from .opening import cut, opening
from .pictures.in_body import shown_body
from .running_text import lines


def article_name(article: Article) -> str:
    """Return the headline; for a post without one, the beginning of its text. Never empty.

    A text without a sentence is named after its content: a picture's description, a video's title
    or provider, the first line of code or of a table.
    """
    return article.headline or _embed(article) or opening(article.body_tree) or _shown(article)


def _embed(article: Article) -> str:
    """Return the title or provider of the first embed if a text has only embeds; else empty."""
    if not article.body_tree or any(node[0] != "embed" for node in article.body_tree):
        return ""
    said: dict[str, str] = article.body_tree[0][1]
    return said["title"] or NAMES.get(said["provider"], "")


def _shown(article: Article) -> str:
    # Struck text is withdrawn. A picture is its description in square brackets.
    text = lines(shown_body(article), frozenset({"s"}))
    found = [each.removeprefix("[").removesuffix("]") for each in text]
    return next((cut(each) for each in found if each), str(article))
