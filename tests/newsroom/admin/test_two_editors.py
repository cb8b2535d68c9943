"""Two editors, three fields, all interleavings: no typed text is lost silently.

Every value that was typed is in the article; or it came back in its form with a question; or it
stands in a version, and whoever replaced it had read it or ticked its box.
"""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client

from stoppress.newsroom.models import Article
from tests.newsroom.admin.editor import ARTICLES, errors, filled
from tests.newsroom.desk import draft, section

pytestmark = [pytest.mark.django_db, pytest.mark.backend("sqlite", long="postgres")]

ANN, BEN = "ann", "ben"
FIELDS = ("headline", "body", "section")
# What both do with a field.
WAYS = ("neither", ANN, BEN, "the same", "both")
# The four steps in each order in which an editor opens the form before saving it.
ORDERS = [order for order in product([ANN, BEN], repeat=4) if order.count(ANN) == 2]
CASES = list(product(product(WAYS, repeat=3), ORDERS))
# `make long` tries all.
EDITS = int(os.environ.get("STOPPRESS_EDITS", 12))


@pytest.fixture
def editors() -> dict[str, Client]:
    clients = {}
    for name in (ANN, BEN):
        clients[name] = Client()
        clients[name].force_login(User.objects.create_superuser(name, password="x"))
    return clients


def typed(editor: str, ways: tuple[str, ...]) -> dict[str, str]:
    """Return what an editor types, by field."""
    values = {}
    for field, way in zip(FIELDS, ways, strict=True):
        if way in {editor, "both", "the same"}:
            who = "both" if way == "the same" else editor
            values[field] = str(section(who).pk) if field == "section" else f"By {who}"
    return values


def stored(article: Article) -> dict[str, str]:
    return {
        "headline": article.headline,
        "body": article.body,
        "section": str(article.section_id or ""),
    }


def kept_in_versions(article: Article) -> dict[str, set[str]]:
    slugs = {each.slug: str(each.pk) for each in (section(ANN), section(BEN), section("both"))}
    found: dict[str, set[str]] = {field: set() for field in FIELDS}
    for version in article.versions.all():
        found["headline"].add(version.headline)
        found["body"].add(version.body)
        found["section"].add(slugs.get(version.fields["section"], ""))
    return found


def asked(page: str) -> set[str]:
    return set(re.findall(r'name="over"\s+value="([a-z_]+)"', page))


def begun(page: str) -> list[str]:
    return re.findall(r'name="asked"\s+value="([a-z_]+:[0-9]+)"', page)


def play(editors: dict[str, Client], ways: tuple[str, ...], order: tuple[str, ...]) -> None:
    """Open and save in this order, decide what is asked, and judge each step by its own rule."""
    article = draft("As it was", body="As it was")
    address = f"{ARTICLES}{article.pk}/change/"
    forms: dict[str, dict[str, str]] = {}
    opened: dict[str, dict[str, str]] = {}
    for name in order:
        if name not in forms:
            forms[name] = filled(editors[name].get(address).content.decode())
            opened[name] = stored(article)
            continue
        said, before, read = typed(name, ways), stored(article), opened[name]
        own = {field: value for field, value in said.items() if value != read[field]}
        answer = editors[name].post(address, {**forms[name], **said, "_save": "x"})
        article.refresh_from_db()
        clashes = {field for field in own if before[field] not in {read[field], own[field]}}
        if not clashes:
            assert answer.status_code == 302, errors(answer)
            assert stored(article) == before | own
            continue
        page = answer.content.decode()
        assert "changed the same fields" in errors(answer)
        assert asked(page) == clashes
        assert stored(article) == before
        again = filled(page)
        shown = {field: again[field] for field in FIELDS}
        assert shown == before | own
        # The box of one field leaves the others undecided; each is asked until it is ticked.
        for ticked in sorted(clashes):
            assert asked(page) == clashes
            sent = {**again, "asked": begun(page), "over": ticked, "_save": "x"}
            answer = editors[name].post(address, sent)
            article.refresh_from_db()
            clashes.remove(ticked)
            page = answer.content.decode()
            again = filled(page) if clashes else {}
            assert answer.status_code == (200 if clashes else 302), errors(answer)
            assert stored(article) == (before if clashes else before | own)
            assert before[ticked] in kept_in_versions(article)[ticked]


def test_nothing_is_lost_silently(editors):
    assert len(CASES) == 750
    step = max(len(CASES) // EDITS, 1)
    # A step that is prime to the numbers of ways and orders meets all of both.
    while step > 1 and any(step % each == 0 for each in (2, 3, 5)):
        step -= 1
    for ways, order in CASES[::step]:
        play(editors, ways, order)


@pytest.mark.django_db(transaction=True)
def test_of_two_simultaneous_saves_the_second_is_asked(editors):
    article = draft("As it was")
    address = f"{ARTICLES}{article.pk}/change/"
    form = filled(editors[ANN].get(address).content.decode())
    together = Barrier(2)

    def send(name: str) -> str:
        together.wait()
        try:
            answer = editors[name].post(address, {**form, "headline": f"By {name}", "_save": "x"})
            return (
                "saved" if answer.status_code == 302 else " ".join(asked(answer.content.decode()))
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as senders:
        done = dict(zip(editors, senders.map(send, editors), strict=True))
    article.refresh_from_db()
    assert sorted(done.values()) == ["headline", "saved"]
    assert (done[article.headline.removeprefix("By ")], article.version) == ("saved", 2)
