"""A site's own tests, run by Django's test runner: `python -m tests.live.sites_tests ADDRESS`.

PostgreSQL drops no database that has a session: the run fails if a test has left one.
"""

import sys
import urllib.request
from typing import Any

import django
import environ
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import LiveServerTestCase, TestCase, TransactionTestCase
from django.test.runner import DiscoverRunner
from django.urls import path


def page(request: HttpRequest) -> HttpResponse:
    from stoppress import live

    return HttpResponse(str(len(live.snapshot("board").items)))


urlpatterns = [path("", page)]


def publish() -> None:
    from stoppress import live

    live.publish("board", "thing.said", {"key": "a", "order": "a"})


class InATransaction(TestCase):
    def test_it_reads(self) -> None:
        publish()
        assert page(HttpRequest()).content == b"1"


class Committing(TransactionTestCase):
    def test_it_reads(self) -> None:
        publish()
        assert page(HttpRequest()).content == b"1"


class Served(LiveServerTestCase):
    def test_a_page_reads(self) -> None:
        publish()
        for _ in range(3):
            with urllib.request.urlopen(self.live_server_url, timeout=10) as answer:
                assert answer.read() == b"1"


class Runner(DiscoverRunner):
    def build_suite(self, *_: Any, **__: Any) -> Any:
        tests = (InATransaction, Committing, Served)
        return self.test_suite(map(self.test_loader.loadTestsFromTestCase, tests))


def main(address: str) -> int:
    settings.configure(
        DATABASES={"default": environ.Env.db_url_config(address) | {"CONN_MAX_AGE": None}},
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "django.contrib.staticfiles",
            "stoppress.live",
        ],
        ROOT_URLCONF=__name__,
        STATIC_URL="static/",
        ALLOWED_HOSTS=["*"],
        SECRET_KEY="no secret",
    )
    django.setup()
    from stoppress import live

    live.stream("board", public=True)(lambda limit: [{"key": "a", "order": "a"}])
    return Runner(verbosity=0, interactive=False).run_tests([])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
