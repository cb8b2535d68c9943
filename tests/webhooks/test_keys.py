"""Signatures, checked by the library of Standard Webhooks."""

from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from stoppress.webhooks.keys import new_secret, signed_headers
from stoppress.webhooks.message import trial_message


def test_each_valid_secret_verifies_and_no_other() -> None:
    first, second = new_secret(), new_secret()
    now = datetime.now(UTC)
    message = trial_message(now)
    headers = signed_headers(message, [first, second], now)
    for secret in (first, second):
        assert Webhook(secret).verify(message.body, headers)["type"] == "webhook.test"
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(message.body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(first).verify(message.body + b" ", headers)
