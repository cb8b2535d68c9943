"""Keep editors' changes when a paper is followed again, after its source was deleted."""

from stoppress.newsroom.models import Article, Version
from stoppress.newsroom.publishing.stored_fields import version_fields

from .copies import Copy
from .item import Item


def take_up(copy: Copy, article: Article) -> None:
    """Connect a copy with an article that was taken in when the paper was followed before.

    If an editor has retracted the article since, it stays retracted.
    """
    retractions = article.versions.filter(act=Version.Act.RETRACTION)
    last = retractions.order_by("-version").first()
    copy.article = article
    copy.withdrawn = article.is_retracted and last is not None and last.by in _names(copy, article)


def kept_here(copy: Copy, article: Article, item: Item) -> set[str]:
    """Return the names of the facts that are not changed here, in the terms of `facts_of`.

    These are the fields that somebody else changed last, and the correction if it is here already.
    """
    names = _names(copy, article)
    correction = item.correction.text if item.correction else ""
    edited = {"correction"} if correction == article.correction_text else set()
    before: dict[str, object] = {}
    for version in article.versions.filter(withdrawn=False).order_by("version"):
        fields = version_fields(version)
        changed = {name for name, value in fields.items() if before and before.get(name) != value}
        if version.act == Version.Act.CORRECTION and version.by not in names:
            changed.add("correction")
        edited = edited - changed if version.by in names else edited | changed
        before = fields
    return edited


def _names(copy: Copy, article: Article) -> set[str]:
    """Return the paper's names in the article's versions; its title may have changed."""
    first = article.versions.order_by("version").first()
    return {copy.source.title} | ({first.by} if first else set())
