"""The link from the admin to an object's page reveals no private object."""

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType

from stoppress.newsroom.models import Article, Section, WorkingCopy
from tests.newsroom.desk import draft, public, section
from tests.newsroom.staff import browser_of, own, user_as, user_with

pytestmark = [pytest.mark.django_db, pytest.mark.backend("sqlite", long="postgres")]


def asked(browser, model, key):
    kind = ContentType.objects.get_for_model(model).pk
    return browser.get(f"/admin/r/{kind}/{key}/")


def test_an_article_that_a_user_may_not_read_is_not_found():
    hidden = [draft().pk, public().pk]
    for browser in (browser_of(user_as("Reporter")), browser_of(user_with())):
        told = {
            (answer.status_code, answer.content.replace(f"{key}/".encode(), b""))
            for key in [*hidden, 999_999]
            for answer in [asked(browser, Article, key)]
        }
        assert [status for status, _ in told] == [404]


def test_the_link_leads_every_user_who_may_read_the_article():
    user, article = user_as("Reporter"), draft()
    own(article, user)
    for browser in (browser_of(user), browser_of(user_as("Editor"))):
        assert asked(browser, Article, article.pk)["Location"].endswith(f"/articles/{article.pk}/")
    chief = browser_of(user_as("Chief"))
    assert asked(chief, Section, section("town").pk)["Location"].endswith("/section/town/")


@pytest.mark.parametrize("key", ["4", "x", "%00", "9" * 30])
@pytest.mark.parametrize("model", [WorkingCopy, Article, ContentType, User])
def test_an_impossible_key_is_not_found(model, key):
    browser = browser_of(User.objects.create_superuser("ann", pk=77))
    assert asked(browser, model, key).status_code == 404
    assert browser.get(f"/admin/r/{key}/{key}/").status_code == 404
