"""schemathesis asks every call, and each answer is as `/api/openapi.json` describes it.

`STOPPRESS_REQUESTS=500 pytest tests/newsroom/api/test_schemathesis.py` asks more.
"""

import os
import re
from collections.abc import Iterator
from copy import deepcopy
from itertools import product

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from stoppress.newsroom.api.auth import WRONG
from stoppress.newsroom.models import ApiToken, Article
from stoppress.newsroom.models.token import Scope
from tests.newsroom.matrix.things import ARTICLES, PICTURES, POSTS, Things

from .test_docs import CALLS

pytestmark = [pytest.mark.django_db, pytest.mark.backend("sqlite", long="postgres")]

REQUESTS = int(os.environ.get("STOPPRESS_REQUESTS", 8))
"""Right ones for each call, and as many wrong ones."""
EVERY = settings(
    max_examples=REQUESTS,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
load_all_checks()
CHECKED = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
    ]
)

# What schemathesis makes of a schema is JSON. A request can be anything.
BODIES = [
    *(b"", b"{", b"\x00", b"\xff\xfe{}", b"null", b"[]", b"1e999", b'{"a": 1, "a": 2}'),
    *(b'{"note": "\\ud800"}', b'{"note": "\\u0000", "text": "\\u0000"}', b"[" * 100_000),
    *(b'{"urgency": ' + b"9" * 5000 + b"}", b'{"note": "' + b"a" * 1_100_000 + b'"}'),
]
TYPES = ["application/json", "application/json; charset=utf-16", "text/plain", "", "\xff", "a/b/c"]
HEADERS = ['"1"', "1", "*", '"' + "9" * 5000 + '"', '""', "", ",", "\xff", "\x01", "a" * 300]
NUMBERS = ["0", "-1", "1.0", "1e3", "٣", "9" * 40, "%00", "%ff", "a%2Fb", "+1", "1_0"]


class Site:
    """The API with an article and a post in each state, and a token of each scope."""

    def __init__(self) -> None:
        things = Things()
        for state in ARTICLES | POSTS:
            things.article(state)
        # Some are made for others, such as the stories of posts.
        articles = Article.objects.order_by("pk")
        self.articles = list(articles.without_posts().values_list("pk", flat=True))
        self.posts = list(articles.filter(kind="post").values_list("pk", flat=True))
        self.pictures = [things.picture(state).pk for state in PICTURES]
        self.tokens = {scope.value: ApiToken.issue(scope, scope)[1] for scope in Scope}
        self.tokens |= {"wrong": "sp_wrong", "none": ""}
        # Those of the publish scope get furthest.
        self.often = ["publish"] * 4 + list(self.tokens)
        described = deepcopy(Client().get("/api/openapi.json").json())
        known = {"article_id": [*self.articles, 0], "post_id": [*self.posts, 0]}
        known |= {"number": [1, 2, 3, 99], "picture_id": [*self.pictures, 99]}
        described["components"]["schemas"]["Move"]["properties"]["article"]["enum"] = self.articles
        for methods in described["paths"].values():
            for call in methods.values():
                for parameter in call.get("parameters", []):
                    if parameter["name"] in known:
                        parameter["schema"]["enum"] = known[parameter["name"]]
        self.described = described["paths"]
        self.calls = schemathesis.openapi.from_dict(described)
        # The test sends tokens itself. An unknown parameter in an address is ignored.
        made = self.calls.config.generation
        made.with_security_parameters = made.allow_extra_parameters = False
        self.calls.app = WSGIHandler()

    def ask(self, case: schemathesis.Case, token: str) -> None:
        """Send a request, check the answer, and take back what it did."""
        WRONG.forget()
        headers = {"Accept-Encoding": "identity"}
        if token != "none":
            headers["Authorization"] = f"Bearer {self.tokens[token]}"
        with transaction.atomic():
            answer = case.call(headers=headers)
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKED)


@pytest.fixture
def site(db: None) -> Iterator[Site]:
    """The API, with the connection of the test, which Django's own client leaves open too."""
    made = Site()
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield made
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_every_answer_is_documented(site, subtests):
    for (path, method), mode in product(CALLS, GenerationMode):
        call = site.calls[path][method.upper()]

        @EVERY
        @given(call.as_strategy(generation_mode=mode), st.sampled_from(site.often))
        def ask(case, token):
            site.ask(case, token)

        with subtests.test(f"{method} {path}, {mode}"):
            ask()


def test_every_answer_to_odd_bytes_is_documented(site):
    token = site.tokens["publish"]
    client = Client(headers={"Authorization": f"Bearer {token}"})

    def ask(path, method, body=b"{}", kind="application/json", headers=None, **values):
        one = {"article_id": site.articles[5], "post_id": site.posts[0], "number": 1}
        one["picture_id"] = site.pictures[0]
        address = path.format(**one | values)
        with transaction.atomic():
            answer = client.generic(method.upper(), address, body, kind, headers=headers)
            transaction.set_rollback(True)
        what = f"{method} {address}: {body[:40]!r} {kind!r} {headers}: {answer.status_code}"
        assert answer.status_code < 500, what
        assert str(answer.status_code) in site.described[path][method]["responses"], what
        if answer.status_code == 204:
            return
        assert answer["Content-Type"] == "application/json", what
        assert answer.status_code < 300 or answer.json()["detail"], what

    for path, method in CALLS:
        for name in re.findall(r"{(\w+)}", path):
            for number in NUMBERS:
                ask(path, method, **{name: number})
        if method != "get":
            for body in BODIES:
                ask(path, method, body)
            for kind in TYPES:
                ask(path, method, kind=kind)
            for header, value in product(("If-Match", "Idempotency-Key"), HEADERS):
                ask(path, method, headers={header: value})
