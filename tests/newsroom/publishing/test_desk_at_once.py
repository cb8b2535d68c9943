"""Editors who do something with one draft in the same moment: one of them is first."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from stoppress.newsroom.models import Version
from stoppress.newsroom.publishing import (
    WrongState,
    discard_draft,
    publish_article,
    send_back_article,
    submit_article,
    withdraw_version,
)
from tests.newsroom.desk import draft, public
from tests.newsroom.publishing.test_withdraw_version import SECRET, libellous

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*verbs):
    """Run each verb in a thread of its own; return how many were carried out."""
    together = threading.Barrier(len(verbs))

    def run(verb):
        together.wait()
        try:
            verb()
        except WrongState:
            return 0
        finally:
            connections.close_all()
        return 1

    with ThreadPoolExecutor(len(verbs)) as pool:
        return sum(pool.map(run, verbs))


@pytest.mark.parametrize(
    ("ready", "verb", "act"),
    [
        (draft, submit_article, "submit"),
        (lambda: submit_article(draft()), lambda a: send_back_article(a, "Why?"), "send_back"),
        (draft, discard_draft, "discard"),
    ],
)
def test_it_is_done_once(ready, verb, act):
    article = ready()
    assert at_once(*[lambda: verb(article)] * 4) == 1
    assert article.versions.filter(act=act).count() == 1


def test_a_draft_is_published_or_discarded_and_not_both():
    article = draft()
    assert at_once(lambda: publish_article(article), lambda: discard_draft(article)) == 1
    article.refresh_from_db()
    assert article.is_public != article.is_discarded


def test_a_version_is_withdrawn_once_while_others_publish():
    article = libellous()
    withdrawals = [lambda: withdraw_version(article, [1, 2], note="Libel.")] * 2
    assert at_once(*withdrawals, public, public) == 3
    assert Version.objects.filter(act="withdraw").count() == 1
    assert SECRET not in str(list(Version.objects.values()))
