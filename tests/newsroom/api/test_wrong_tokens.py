"""Wrong tokens are counted by address; a valid token from the same address still works."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stoppress.newsroom.api.auth import WRONG_TOKENS
from stoppress.newsroom.auditing.bounded import written
from stoppress.newsroom.models import ApiToken


def ask(secret: str, address: str = "127.0.0.1"):
    headers = {"Authorization": f"Bearer {secret}"}
    return Client().get("/api/articles", headers=headers, REMOTE_ADDR=address)


@pytest.mark.django_db
@pytest.mark.slow("it sends hundreds of tokens")
def test_after_too_many_wrong_tokens_an_address_gets_the_time_to_retry():
    statuses = [ask(f"sp_wrong{n}").status_code for n in range(WRONG_TOKENS + 1)]
    assert statuses == [401] * WRONG_TOKENS + [429]
    answer = ask("sp_wrong")
    assert 0 < int(answer["Retry-After"]) <= 60
    assert "token" in answer.json()["detail"]
    assert ask("sp_wrong", "192.0.2.7").status_code == 401


def test_a_valid_token_from_the_same_address_still_works(api):
    for n in range(WRONG_TOKENS + 2):
        ask(f"sp_wrong{n}")
    assert api.get("/articles").status_code == 200
    # Also one that nobody has used before.
    _, secret = ApiToken.issue("night desk")
    assert ask(secret).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_wrong_token_costs_one_query_once_it_is_in_the_audit():
    written.forget()
    ask("sp_wrong")
    for _ in range(WRONG_TOKENS + 2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            ask("sp_wrong")
        assert len(asked) == 1


@pytest.mark.django_db
def test_a_missing_token_does_not_count_as_a_wrong_one():
    for _ in range(WRONG_TOKENS + 2):
        assert Client().get("/api/articles").status_code == 401
