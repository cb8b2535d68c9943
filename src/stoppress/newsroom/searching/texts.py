"""The texts of an article that the search reads, as readers see them."""

from collections.abc import Iterator

from stoppress.newsroom.models import Article
from stoppress.newsroom.running_text import BLOCK, texts


def shown_texts(article: Article) -> Iterator[str]:
    """Yield an article's headline, summary, paragraphs, byline and place."""
    yield from (article.headline, article.summary)
    yield from paragraphs(article)
    yield from (article.byline, article.located)


def paragraphs(article: Article) -> list[str]:
    """Return the blocks of an article's text; of pictures and embeds, their titles only."""
    text = "".join(texts(["root", *article.body_tree]))
    return [line for block in text.split(BLOCK) if (line := " ".join(block.split()))]
