"""Secrets that sign messages, by the rules of Standard Webhooks.

A secret is `whsec_` and 32 random bytes in base64. A message is signed with each secret that is
valid, so that a receiver can change from one to the next without losing a message.
"""

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime

from standardwebhooks import Webhook

from .message import Message

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """Return a new secret with 256 random bits."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(message: Message, keys: Iterable[str], now: datetime) -> dict[str, str]:
    """Return the headers of a message.

    Args:
        keys: the valid secrets, the newest first.
        now: the time of this attempt, in UTC; receivers refuse one that is old.
    """
    body = message.body.decode()
    signatures = (Webhook(key).sign(msg_id=message.id, timestamp=now, data=body) for key in keys)
    return {
        "Content-Type": "application/json",
        "webhook-id": message.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
