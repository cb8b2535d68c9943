"""Scopes and ends of tokens; `tests/newsroom/test_token.py` tests tokens in the database."""

from datetime import timedelta

import pytest
from django.utils import timezone

from stoppress.newsroom.models import ApiToken
from stoppress.newsroom.models.token import Scope, check_name


def test_each_scope_includes_those_before_it_and_no_other():
    allowed = {scope: [other for other in Scope if scope.includes(other)] for scope in Scope}

    assert allowed == {
        Scope.READ: [Scope.READ],
        Scope.WRITE: [Scope.READ, Scope.WRITE],
        Scope.PUBLISH: [Scope.READ, Scope.WRITE, Scope.PUBLISH],
    }


def test_a_token_ends_when_it_was_revoked_or_its_days_are_over():
    now, day = timezone.now(), timedelta(days=1)
    assert not ApiToken().ended and not ApiToken(expires=now + day).ended
    assert ApiToken(expires=now - day).ended == "has expired"
    assert ApiToken(expires=now + day, revoked=now).ended == "was revoked"


@pytest.mark.parametrize("name", ["x", "wire desk", "x" * 100])
def test_one_line_of_up_to_100_characters_is_a_name(name):
    check_name(name)


@pytest.mark.parametrize("name", ["", " x", "x" * 101, "two\nlines"])
def test_any_other_name_is_refused(name):
    with pytest.raises(ValueError, match="1 to 100 characters"):
        check_name(name)
