"""Numbers in addresses: one spelling, and none that a database cannot look for."""

import re

import pytest

from stoppress import live
from stoppress.live.publishing.registry import find_registered, registered
from stoppress.newsroom.publishing import update_article
from tests.newsroom.canary import roles
from tests.newsroom.canary.routes import routes
from tests.newsroom.desk import public

pytestmark = pytest.mark.django_db

HUGE = ["2147483648", "9" * 30, "9" * 5000]


@pytest.mark.parametrize("address", ["/articles/{}/", "/articles/{}/history/2..3/"])
@pytest.mark.parametrize("spelling", ["0{pk}", "00{pk}", "+{pk}", "{pk}.0"])
def test_a_page_has_one_address(client, address, spelling):
    article = update_article(public(), {"headline": "Bridge shuts"})
    assert client.get(address.format(article.pk)).status_code == 200
    assert client.get(address.format(spelling.format(pk=article.pk))).status_code == 404


@pytest.mark.parametrize("versions", ["02..3", "2..03", "2..003", "0..3"])
def test_a_comparison_has_one_address(client, versions):
    article = update_article(public(), {"headline": "Bridge shuts"})
    assert client.get(f"/articles/{article.pk}/history/{versions}/").status_code == 404


@pytest.mark.parametrize("number", HUGE, ids=len)
def test_a_number_that_is_too_large_is_not_found(client, number):
    pk = update_article(public(), {"headline": "Bridge shuts"}).pk
    addresses = [f"/articles/{number}/", f"/articles/{number}/history/2..3/"]
    addresses += [f"/articles/{pk}/history/{pair}/" for pair in (f"2..{number}", f"{number}..3")]
    assert {client.get(address).status_code for address in addresses} == {404}


@pytest.mark.parametrize("number", HUGE[:-1], ids=len)
def test_no_route_fails_on_a_number_that_is_too_large(number):
    pk = public().pk
    editor, program = roles.a_superuser().client(), roles.a_token_that_may_publish().client()
    for route in routes():
        if not route.parameters:
            continue
        values = dict.fromkeys(route.parameters, number)
        first = {name: pk if name in {"pk", "article_id"} else number for name in values}
        client = program if route.path.startswith("/api/") else editor
        for address in {route.filled(values), route.filled(first)}:
            for method in ("GET", "POST", "PATCH"):
                answer = client.generic(method, address, "{}", content_type="application/json")
                assert answer.status_code < 500, (method, address[:80])


@pytest.mark.parametrize("number", HUGE[:-1], ids=len)
def test_no_stream_fails_on_a_number_that_is_too_large(number):
    for pattern in {each.pattern for each in registered()}:
        name = re.sub("<[^>]+>", number, pattern)
        if name != pattern:
            assert not find_registered(name).exists()
            assert live.snapshot(name).items == []


@pytest.mark.parametrize("number", HUGE, ids=len)
def test_no_call_fails_on_a_number_that_is_too_large(number):
    program, pk = roles.a_token_that_may_publish().client(), public().pk
    articles = f"/api/articles?before={number}~", f"/api/articles?limit={number}"
    for address in (*articles, f"/api/articles/{pk}/versions?before={number}"):
        assert program.get(address).status_code in {200, 422}
    withdrawn = {"note": "x", "also": [int(number[:4000])]}
    answer = program.post(
        f"/api/articles/{pk}/versions/1/withdraw", withdrawn, content_type="application/json"
    )
    assert answer.status_code in {409, 422}
