"""`is_wanted`: the events that an endpoint receives."""

import pytest

from stoppress.webhooks.stream import is_wanted


@pytest.mark.parametrize(
    ("event", "redacts", "wanted", "told"),
    [
        ("article.published", False, [], True),
        ("article.published", False, ["article.published"], True),
        ("article.updated", False, ["article.published"], False),
        ("article.retracted", True, ["article.published"], True),
        ("article.updated", True, ["article.published"], True),
        ("post.retracted", True, ["article.published"], False),
        ("post.retracted", True, ["post.published"], True),
        ("article.retracted", True, ["post.published"], False),
    ],
)
def test_a_withdrawal_is_sent_to_every_webhook_that_may_have_the_text(
    event: str, redacts: bool, wanted: list[str], told: bool
) -> None:
    assert is_wanted(event, redacts, wanted) is told
