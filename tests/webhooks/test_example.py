"""The receiver in docs/webhooks.md takes every kind of message."""

import re
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import WebhookVerificationError

from stoppress.live.clock import database_time
from stoppress.newsroom.publishing import create_article, publish_article, retract_article
from stoppress.webhooks.keys import signed_headers
from stoppress.webhooks.message import Message, trial_message
from stoppress.webhooks.models import Endpoint
from stoppress.webhooks.next_step import Send, next_step

from .made import made

PAGE = Path(__file__).parents[2] / "docs" / "webhooks.md"
ADDRESS = "https://mails.example/hook"


@pytest.mark.django_db
def test_the_example_stores_removes_passes_over_and_refuses() -> None:
    endpoint, now = made("mails", ADDRESS), database_time()
    kept: dict[str, Any] = {}
    [code] = re.findall(r"(?s)```python\n(.+?)```", PAGE.read_text())
    names: dict[str, Any] = {"SECRET": endpoint.secret, "store": kept.__setitem__}
    names["remove"] = kept.__delitem__
    exec(code, names)

    def receive(message: Message) -> None:
        names["receive"](message.body, signed_headers(message, [endpoint.secret], now))

    article = publish_article(create_article({"headline": "Bridge opens"}))
    receive(next_message(endpoint))
    assert kept[f"article:{article.pk}"]["headline"] == "Bridge opens"
    receive(trial_message(now))
    assert len(kept) == 1
    # The event is read again, without what was withdrawn meanwhile.
    retract_article(article, note="It was never so.")
    receive(next_message(endpoint))
    assert kept == {}
    with pytest.raises(WebhookVerificationError):
        names["receive"](b"{}", signed_headers(trial_message(now), [endpoint.secret], now))


def next_message(endpoint: Endpoint) -> Message:
    step = next_step(endpoint, database_time())
    assert isinstance(step, Send)
    return step.message
