"""Withdraw here what another paper has withdrawn: an article, or texts of its older versions."""

from stoppress.ingest.models import Copy, Source
from stoppress.live.rendering.locale import Locale
from stoppress.newsroom.models import Article
from stoppress.newsroom.phrase import Phrase
from stoppress.newsroom.publishing import retract_article, withdraw_version
from stoppress.newsroom.publishing.withdraw_version import withdrawable

from .item import Withdrawal

RETRACTED = "retracted"
NO_REASON = Phrase("The paper from which this comes has withdrawn it.")
OLDER = Phrase("The paper from which this comes has withdrawn an older version.")


def withdraw(source: Source, told: Withdrawal, event: str) -> None:
    """Do here what an event that withdraws a text has done there.

    What is not here needs nothing. A post that goes with its story has gone with ours.

    Args:
        event: its name, such as `article.retracted`.

    Raises:
        NewsroomError: the newsroom does not accept it.
    """
    copy = _copy(source, told)
    if copy is None or copy.article is None:
        return
    if told.version is not None and told.version < copy.version:
        return  # it was told before
    article = copy.article
    if event.rpartition(".")[2] != RETRACTED or (article.is_retracted and not told.note):
        take_older_texts(article, source)
    elif told.version is not None or not article.is_post:
        retract(copy, article, told.note)
    if told.version is not None and told.version > copy.version:
        copy.version = told.version
        copy.save(update_fields=["version"])


def retract(copy: Copy, article: Article, note: str) -> None:
    """Retract an article for the paper's reason; what was retracted here stays as it is.

    Args:
        note: the reason; empty if the paper has withdrawn that too.
    """
    if article.is_public:
        with Locale.of_the_site().active():
            reason = note or NO_REASON.shown()
        retract_article(article, reason, by=copy.source.title)
        copy.withdrawn = True
        copy.save(update_fields=["withdrawn"])


def take_older_texts(article: Article, source: Source) -> None:
    """Withdraw the texts of all older versions: the paper does not say which it means."""
    if numbers := withdrawable(article):
        withdraw_version(article, numbers, note=OLDER, by=source.title)


def _copy(source: Source, told: Withdrawal) -> Copy | None:
    copies = Copy.objects.filter(source=source).select_related("article", "source")
    named = copies.filter(uri=told.uri) if told.uri else copies.filter(key=told.key)
    return named.first()
