"""Withdraw here what another paper has withdrawn: an article, or the texts of older versions."""

from contextlib import suppress

from django.db.models import QuerySet

from stoppress import live
from stoppress.ingest.intake import external_id
from stoppress.ingest.models import Copy, Source
from stoppress.live.rendering.locale import Locale
from stoppress.newsroom.models import Article
from stoppress.newsroom.phrase import Phrase
from stoppress.newsroom.publishing import NewsroomError, retract_article, withdraw_version
from stoppress.newsroom.publishing.withdraw_version import withdrawable

from .again import take_up
from .item import Withdrawal

RETRACTED = "retracted"
NO_REASON = Phrase("The paper from which this comes has withdrawn it.")
OLDER = Phrase("The paper from which this comes has withdrawn an older version.")


def withdraw(source: Source, withdrawal: Withdrawal, event: str) -> None:
    """Apply an event that withdraws a text.

    Nothing is done for an article that is not here. A post that is withdrawn with its story was
    withdrawn with our story.

    Args:
        event: the name of the event, such as `article.retracted`.

    Raises:
        NewsroomError: the newsroom does not accept it.
    """
    copy = _copy(source, withdrawal)
    article = article_of(copy) if copy else None
    if copy is None or article is None:
        return
    if withdrawal.version is not None and withdrawal.version < copy.version:
        return  # an older event
    if event.rpartition(".")[2] != RETRACTED or (article.is_retracted and not withdrawal.note):
        take_older_texts(article, source)
        # A correction there may have been missed, so the withdrawn text may be the latest one here.
        _copies_of(article).update(texts_owed=True)
        _hold(article)
    elif withdrawal.version is not None or not article.is_post:
        retract(copy, article, withdrawal.note)
    if withdrawal.version is not None and withdrawal.version > copy.version:
        copy.version = withdrawal.version
        copy.save(update_fields=["version"])


def retract(copy: Copy, article: Article, note: str) -> None:
    """Retract an article with the paper's reason, unless it is already retracted here.

    Args:
        copy: the copy of the paper that has retracted it. The article may have come from another.
        note: the reason; empty if the paper has withdrawn the reason too.
    """
    if article.is_public:
        with Locale.of_the_site().active():
            reason = note or NO_REASON.shown()
        retract_article(article, reason, by=copy.source.title)
        _copies_of(article).update(withdrawn=True)
    else:
        _hold(article)
    if copy.article is None:
        copy.withdrawn = True
        copy.save(update_fields=["withdrawn"])


def retract_what_owes(source: Source, key: str) -> None:
    """Retract an article that may still show a withdrawn text, because its next text was refused.

    Raises:
        NewsroomError: the newsroom does not accept it.
    """
    copies = Copy.objects.filter(source=source, key=key, texts_owed=True)
    copy = copies.select_related("article", "source").first()
    if copy is not None and copy.article is not None and copy.article.is_public:
        retract(copy, copy.article, "")


def take_back_restored() -> None:
    """Retract articles again that an editor restored without knowing about a withdrawal there.

    This is done once per withdrawal. The retraction gives the reason, so an editor who restores the
    article again knows about it.
    """
    restored = Copy.objects.filter(held=True, article__pub_status=Article.PubStatus.USABLE)
    for copy in restored.select_related("article", "source"):
        with suppress(NewsroomError), live.atomic():
            if Copy.objects.filter(pk=copy.pk, held=True).update(held=False) and copy.article:
                retract(copy, copy.article, "")


def take_older_texts(article: Article, source: Source) -> None:
    """Withdraw the texts of all older versions, because the paper does not say which it means."""
    if numbers := withdrawable(article):
        withdraw_version(article, numbers, note=OLDER, by=source.title)


def article_of(copy: Copy) -> Article | None:
    """Return the article of a copy: its own, or the one that came from another paper before."""
    if copy.article is not None:
        return copy.article
    others = Copy.objects.filter(uri=copy.uri, article__isnull=False)
    other = others.select_related("article").first()
    return other.article if other else None


def withdrawn_by_another(copy: Copy) -> bool:
    """Return whether another paper has retracted the article, and not restored it since."""
    others = Copy.objects.filter(uri=copy.uri, withdrawn=True).exclude(source=copy.source)
    return others.exists()


def _copy(source: Source, withdrawal: Withdrawal) -> Copy | None:
    copies = Copy.objects.filter(source=source).select_related("article", "source")
    found = (
        copies.filter(uri=withdrawal.uri) if withdrawal.uri else copies.filter(key=withdrawal.key)
    )
    if (copy := found.first()) is not None or not withdrawal.uri:
        return copy
    copy = Copy(source=source, uri=withdrawal.uri, key=withdrawal.key)
    # It was taken in when this paper was followed before.
    identity = {"uri": withdrawal.uri, "external_id": external_id(source, withdrawal.uri)}
    known = Article.objects.filter(**identity).first()
    if known is not None:
        take_up(copy, known)
    if article_of(copy) is None:
        return None
    copy.save()
    return copy


def _copies_of(article: Article) -> QuerySet[Copy]:
    return Copy.objects.filter(article=article)


def _hold(article: Article) -> None:
    if article.is_retracted:
        _copies_of(article).filter(withdrawn=False).update(held=True)
