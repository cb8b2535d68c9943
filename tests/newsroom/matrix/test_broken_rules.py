"""The matrix notices each broken rule: one at a time."""

from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
from django.contrib.admin import ModelAdmin
from django.contrib.auth.admin import UserAdmin

from stoppress.ingest.admin import SourceAdmin
from stoppress.live.publishing import registry
from stoppress.newsroom.admin.articles import ArticleAdmin
from stoppress.newsroom.admin.sections import SectionAdmin
from stoppress.newsroom.admin.tokens import ApiTokenAdmin
from stoppress.newsroom.models import ApiToken
from stoppress.newsroom.models.article import ArticleQuerySet

from .table import tables
from .tries import Trial

pytestmark = [pytest.mark.django_db, pytest.mark.backend("sqlite")]

ARTICLES, REST = "The admin: articles", "The admin: all the rest"
API, READERS, STREAMS = "The API", "For everybody", "Streams"
ARTICLE = "/admin/newsroom/article/"


def always(*_: Any, **__: Any) -> bool:
    return True


def everything(self: ArticleQuerySet, now: Any = None) -> ArticleQuerySet:
    return self.all()


# The rule, what breaks it, and the rows that must differ then.
RULES: dict[str, tuple[Any, str, Any, str, str]] = {
    "who adds articles": (ArticleAdmin, "has_add_permission", always, ARTICLES, f"{ARTICLE}add/"),
    "who sees drafts": (ArticleAdmin, "has_view_permission", always, ARTICLES, f"{ARTICLE} any"),
    "who changes articles": (
        *(ArticleAdmin, "has_change_permission", always),
        *(ARTICLES, f"{ARTICLE}<object_id>/change/"),
    ),
    "what is deleted": (
        *(ArticleAdmin, "has_delete_permission", always),
        *(ARTICLES, f"{ARTICLE}<object_id>/delete/"),
    ),
    "who reads what was changed": (
        *(ModelAdmin, "has_view_or_change_permission", always),
        *(REST, "/admin/auth/group/<object_id>/history/"),
    ),
    "who deletes sections": (
        *(SectionAdmin, "has_delete_permission", always),
        *(REST, "/admin/newsroom/section/<object_id>/delete/"),
    ),
    "who renews tokens": (
        *(ApiTokenAdmin, "has_revoke_permission", always),
        *(REST, "/admin/newsroom/apitoken/<pk>/renew/"),
    ),
    "who sees sources": (
        *(SourceAdmin, "has_view_permission", always),
        *(REST, "/admin/ingest/source/ any"),
    ),
    "who changes users": (
        *(UserAdmin, "has_change_permission", always),
        *(REST, "/admin/auth/user/<id>/password/"),
    ),
    "a token's scope": (ApiToken, "may", always, API, "/api/articles/<article_id>/publish"),
    "the gate": (ArticleQuerySet, "public", everything, READERS, "/articles/<pk>/ GET"),
}


def differences(heading: str, starts: str) -> list[str]:
    return list(islice(Trial().differences(tables()[heading], starts), 1))


@pytest.mark.parametrize("name", RULES)
def test_a_broken_rule_is_noticed(name, monkeypatch):
    owner, attribute, broken, heading, starts = RULES[name]
    monkeypatch.setattr(owner, attribute, broken)  # the rule that the matrix must miss
    assert differences(heading, starts)


def test_a_stream_of_a_draft_is_noticed(monkeypatch):
    pattern = "story:<id>"
    names, stream = registry._registered[pattern]
    monkeypatch.setitem(registry._registered, pattern, (names, replace(stream, exists=None)))
    registry.find.cache_clear()
    found = differences(STREAMS, f"{pattern} a draft")
    registry.find.cache_clear()
    assert found
