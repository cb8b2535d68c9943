"""Publish the drafts of an import, the oldest first."""

from collections.abc import Callable
from functools import partial

from django.db import DatabaseError

from stoppress import live
from stoppress.newsroom.body.pasted import as_text
from stoppress.newsroom.models import Article
from stoppress.newsroom.publishing import (
    NewsroomError,
    prepare,
    publish_article,
    set_coverage,
    update_article,
)
from stoppress.transfer.format import Tell

from .around import address_here
from .content import with_addresses
from .index import Index, Work
from .pictures import BY
from .report import Report

TROUBLE = "Imported, but not published"


def publish_all(index: Index, report: Report, tell: Tell) -> None:
    """Publish the articles, then the posts of live stories; then end coverage that has ended.

    Links to articles that came later in the export are replaced before that.
    """
    ended: list[Work] = []
    done, all_of_them = 0, index.works()
    for posts in (False, True):
        for work in index.work(posts=posts):
            _carried_out(work, report, partial(_publish, work, index))
            if work.closes is not None:
                ended.append(work)
            done += 1
            tell(f"Publishing: {done} of {all_of_them}")
    for work in ended:
        _carried_out(work, report, partial(_close, work))


def _carried_out(work: Work, report: Report, act: Callable[[], None]) -> None:
    try:
        act()
    except NewsroomError as error:
        report.name(TROUBLE, f"article {work.pk}: {' '.join(str(error).split())}")
    except (live.LiveError, DatabaseError) as error:
        report.again += 1
        report.name(TROUBLE, f"article {work.pk}: {' '.join(str(error).split())}")


def _publish(work: Work, index: Index) -> None:
    article = Article.objects.filter(pk=work.pk).first()
    if article is None:
        return
    changes: dict[str, object] = {}
    if work.links:
        linked = with_addresses(
            article.body_tree, lambda address: address_here(address, index) or address
        )
        if linked != article.body_tree:
            changes = {"body": as_text(linked, article.body_format)}
            prepare(changes, article)
    with live.atomic():
        if changes:
            article = update_article(article, changes, by=BY)
        if work.publish and article.is_draft and not article.is_discarded:
            publish_article(article, by=BY, at=work.date)


def _close(work: Work) -> None:
    story = Article.objects.filter(pk=work.pk).first()
    if story is not None and story.is_public and story.coverage != Article.Coverage.CLOSED:
        set_coverage(story, Article.Coverage.CLOSED, by=BY, at=work.closes)
