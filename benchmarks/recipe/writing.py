"""Write an article of the benchmark to the recipe's database."""

from benchmarks.article import BYTES, WORDS, compact

from .models import Article


def write_article(number: int, headline: str) -> None:
    """Save article `number`, with a body that makes its message 600 bytes long, as elsewhere."""
    written = Article(pk=number, headline=headline)
    room = BYTES - len(compact(written.as_json()))
    written.body = (WORDS * (room // len(WORDS) + 1))[:room]
    written.save(force_insert=True)
