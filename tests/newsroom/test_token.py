"""Tokens, and the command that makes them."""

import hashlib
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from stoppress.newsroom.models import ApiToken
from stoppress.newsroom.models.token import digest_of

from .upgrading.installation import empty_database

pytestmark = pytest.mark.django_db


def printed(*arguments: str) -> list[str]:
    output = io.StringIO()
    call_command("token", *arguments, stdout=output, stderr=io.StringIO())
    return output.getvalue().splitlines()


def test_the_command_prints_a_token_that_works_as_the_last_line():
    secret = printed("wire desk")[-1]

    assert secret.startswith("sp_")
    assert ApiToken.holding(secret) == ApiToken.objects.get(name="wire desk")


def test_a_token_has_256_random_bits_and_no_two_are_alike():
    first, second = printed("one")[-1], printed("two")[-1]

    assert first != second
    assert len(first.removeprefix("sp_")) == 43  # 32 bytes in base64url


def test_only_the_hash_of_a_token_is_stored():
    token, secret = ApiToken.issue("wire desk")

    stored = ApiToken.objects.filter(pk=token.pk).values().get()
    assert stored["digest"] == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in map(str, stored.values())


def test_a_name_can_be_used_once():
    printed("wire desk")

    with pytest.raises(CommandError, match="--renew"):
        printed("wire desk")


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "two\nlines", "a\x00b"])
def test_a_token_needs_a_name_that_can_be_kept(name):
    with pytest.raises(CommandError, match="1 to 100 characters"):
        printed(name)


def test_a_renewed_token_replaces_the_old_one():
    old = printed("wire desk")[-1]

    new = printed("wire desk", "--renew")[-1]

    assert ApiToken.holding(old) is None
    assert ApiToken.holding(new) is not None


def test_a_revoked_token_is_worthless_and_prints_nothing():
    secret = printed("wire desk")[-1]

    assert printed("wire desk", "--revoke") == []
    assert ApiToken.holding(secret) is None


@pytest.mark.parametrize("option", ["--renew", "--revoke"])
def test_a_name_without_a_token_gives_an_error(option):
    with pytest.raises(CommandError, match="no token named 'wire desk'"):
        printed("wire desk", option)


@pytest.mark.parametrize("secret", ["", "sp_", "sp_" + "A" * 43, "☃", "\x00"])
def test_an_unknown_token_is_refused(secret):
    ApiToken.issue("wire desk")

    assert ApiToken.holding(secret) is None


def test_use_is_noted_once_a_minute(django_assert_num_queries):
    _, secret = ApiToken.issue("wire desk")
    with django_assert_num_queries(2):
        ApiToken.holding(secret)
    with django_assert_num_queries(1):
        ApiToken.holding(secret)

    earlier = timezone.now() - timedelta(seconds=61)
    ApiToken.objects.update(last_used=earlier)
    used = ApiToken.holding(secret)

    assert used is not None
    assert used.last_used > earlier
    assert ApiToken.objects.get().last_used == used.last_used


def test_a_token_has_the_widest_scope_and_no_end_by_default():
    printed("wire desk")

    token = ApiToken.objects.get()
    assert (token.scope, token.expires) == ("publish", None)


@pytest.mark.parametrize(
    ("asked", "scope"),
    [
        (["--scope", "read"], "read"),
        (["--scope", "write"], "write"),
        (["--scope", "read,write"], "write"),
        (["--scope", "publish", "--scope", "read"], "publish"),
    ],
)
def test_a_token_has_the_given_scope_and_of_several_the_widest(asked, scope):
    printed("wire desk", *asked)

    assert ApiToken.objects.get().scope == scope


def test_a_token_works_until_its_days_are_over():
    secret = printed("wire desk", "--days", "30")[-1]
    token = ApiToken.objects.get()
    assert token.expires == token.created + timedelta(days=30)
    assert ApiToken.holding(secret) == token

    ApiToken.objects.update(expires=timezone.now())
    assert ApiToken.holding(secret) is None


@pytest.mark.parametrize(
    "asked",
    [
        ["--scope", "all"],
        ["--scope", ""],
        ["--days", "-1"],
        ["--days", "soon"],
        ["--days", "1.5"],
        ["--days", "9" * 30],
    ],
)
def test_an_invalid_scope_or_lifetime_is_refused_with_a_message(asked):
    with pytest.raises(CommandError, match=r"one of read, write, publish|whole number"):
        printed("wire desk", "=".join(asked))

    assert not ApiToken.objects.exists()


def test_a_renewed_token_keeps_its_scope_and_begins_its_time_anew():
    printed("wire desk", "--scope", "write", "--days", "7")
    made = timezone.now() - timedelta(days=9)
    ApiToken.objects.update(created=made, expires=made + timedelta(days=7))

    secret = printed("wire desk", "--renew")[-1]

    token = ApiToken.holding(secret)
    assert token is not None and token.scope == "write"
    assert token.lasts == timedelta(days=7)


def test_a_renewed_token_takes_the_terms_that_are_named():
    printed("wire desk", "--days", "7")

    printed("wire desk", "--renew", "--scope", "read", "--days", "0")

    token = ApiToken.objects.get()
    assert (token.scope, token.expires) == ("read", None)


@pytest.mark.django_db(transaction=True)
def test_a_token_older_than_scopes_has_the_widest_scope(request, tmp_path):
    with empty_database(request.config, tmp_path):
        MigrationExecutor(connection).migrate([("newsroom", "0001_initial")])
        with connection.cursor() as cursor:
            row = ["wire desk", digest_of("sp_old"), timezone.now()]
            insert = "INSERT INTO newsroom_apitoken (name, digest, created) VALUES (%s, %s, %s)"
            cursor.execute(insert, row)
        executor = MigrationExecutor(connection)
        newest = [each for each in executor.loader.graph.leaf_nodes() if each[0] == "newsroom"]
        executor.migrate(newest)
        with connection.cursor() as cursor:  # the release before, beside this one
            cursor.execute(insert, ["sports desk", digest_of("sp_beside"), timezone.now()])

        for secret in ("sp_old", "sp_beside"):
            token = ApiToken.holding(secret)
            assert token is not None and (token.scope, token.expires) == ("publish", None)


@pytest.mark.backend("postgres")
def test_a_token_ends_by_the_databases_clock(fast_machine):
    token, secret = ApiToken.issue("wire desk", lasts=fast_machine / 2)

    assert token.expires <= datetime.now(UTC) + fast_machine / 2
    assert ApiToken.holding(secret) == token
