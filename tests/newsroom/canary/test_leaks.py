"""The crawler finds a leak: one place of the gate is opened at a time, and it says where."""

import logging
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from stoppress import live
from stoppress.newsroom import payloads, rights, withdrawn
from stoppress.newsroom.admin.articles import ArticleAdmin
from stoppress.newsroom.models import ApiToken, Article
from stoppress.newsroom.models.article import ArticleQuerySet
from stoppress.newsroom.models.version import VersionQuerySet
from stoppress.newsroom.publishing import draft, retract, telling

from . import roles, words
from .crawl import crawl, crawl_tables
from .planted import plant

pytestmark = [pytest.mark.django_db, pytest.mark.backend("sqlite")]

logger = logging.getLogger("stoppress.newsroom")
_article_item = payloads.article_item


def without_embargo(self: ArticleQuerySet, until: Any) -> ArticleQuerySet:
    return self.filter(pub_status=Article.PubStatus.USABLE, first_published__isnull=False)


def retracted_too(self: ArticleQuerySet, until: Any) -> ArticleQuerySet:
    return self.exclude(pub_status=Article.PubStatus.WITHHELD)


def without_story(self: ArticleQuerySet, now: Any = None) -> ArticleQuerySet:
    return self._opened(now or timezone.now())


def retracted_once_too(self: VersionQuerySet, article: Article) -> VersionQuerySet:
    return self.filter(article=article).public().filter(withdrawn=False)


def with_note(article: Article) -> dict[str, Any]:
    return _article_item(article) | {"ed_note": article.ed_note}


def removed_only(article: Article, event: str, **_: Any) -> None:
    for stream in telling.shown_in(article):
        live.remove(stream, event, article.key, version=article.version)


def error_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        f"Not here: {[each.headline for each in Article.objects.all()]}", status=404
    )


def unsaved(self: ArticleAdmin, article: Article) -> str:
    return str([copy.fields for copy in article.working_copies.all()])


LEAKS = {
    "an embargo": (ArticleQuerySet, "_opened", without_embargo, roles.anonymous, "held"),
    "a retraction": (ArticleQuerySet, "_opened", retracted_too, roles.anonymous, "retracted"),
    "a post's story": (ArticleQuerySet, "public", without_story, roles.anonymous, "orphan"),
    "the posts of a retracted story": (
        *(telling, "_withdraw_posts", lambda story: None),
        *(roles.anonymous, "postofretracted"),
    ),
    "an answer of the API": (
        *(Article, "is_withdrawn", Article.is_retracted),
        *(roles.a_token_that_may_read, "postofretracted"),
    ),
    "the words of a picture": (
        *(ArticleQuerySet, "not_withdrawn", lambda self: self),
        *(roles.a_token_that_may_read, "retracted"),
    ),
    "a comparison": (
        *(VersionQuerySet, "comparable", retracted_once_too),
        *(roles.anonymous, "restored"),
    ),
    "a token's end": (ApiToken, "ended", "", roles.a_revoked_token, "draft"),
    "a token's time": (ApiToken, "ended", "", roles.a_token_whose_time_is_over, "scheduled"),
    "the admin": (rights, "holds", lambda *_: True, roles.staff_without_a_right, "submitted"),
    "an item": (payloads, "article_item", with_note, roles.anonymous, "public"),
    "the log of events": (retract, "withdraw", removed_only, roles.anonymous, "retracted"),
    "an error page": (withdrawn, "missing_page", error_page, roles.anonymous, "embargoed"),
    "a list for editors": (ArticleAdmin, "state", unsaved, roles.a_superuser, "copy"),
    "the server's log": (
        *(draft, "check_size", lambda article: logger.info("Saved %s.", article.headline)),
        *(roles.anonymous, "draft"),
    ),
}


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_is_found(name, monkeypatch, caplog):
    owner, attribute, leaky, who, state = LEAKS[name]
    monkeypatch.setattr(owner, attribute, leaky)  # the leak that the crawler must find
    with caplog.at_level(logging.INFO):
        plant()
        found = {each.canary[0] for each in crawl_tables()}
        found |= {said for said, _ in words.found_in(caplog.text)}
        looked = iter(()) if state in found else crawl(who())
        assert state in found or any(each.canary[0] == state for each in looked)
