"""An authenticator app (RFC 6238) and a browser that signs in."""

import base64
import hmac
import re
import struct
import time
from typing import Any

from django.test import Client

from .conftest import NAME, RIGHT

LOGIN, CODE = "/accounts/login/", "/accounts/second-factor/code/"
APP = "/accounts/second-factor/app/"
AGAIN = "/accounts/second-factor/again/"
CODES = "/accounts/second-factor/recovery-codes/"


def code_of(key: str, at: float) -> str:
    """Return what an app shows at a time."""
    counter = struct.pack(">Q", int(at) // 30)
    digest = hmac.digest(base64.b32decode(key), counter, "sha1")
    at_byte = digest[-1] & 15
    number = struct.unpack(">I", digest[at_byte : at_byte + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def code_now(key: str) -> str:
    return code_of(key, time.time())


def wrong_code(key: str) -> str:
    """Return a code that is not right at any time near this one."""
    right = {code_of(key, time.time() + 30 * n) for n in range(-3, 4)}
    return next(code for n in range(10) if (code := f"{n:06}") not in right)


def give_password(client: Client, password: str = RIGHT, name: str = NAME, **more: Any) -> Any:
    return client.post(LOGIN, {"login": name, "password": password}, **more)


def set_up(client: Client) -> str:
    """Set up a second factor for who is signed in; return its key."""
    page = client.get(APP).content.decode()
    [key] = re.findall(r'class="key">(\w+)<', page)
    answer = client.post(APP, {"code": code_now(key)})
    assert answer.status_code == 302 and answer["Location"] == CODES
    return key


def recovery_codes(client: Client) -> list[str]:
    return re.findall(r"<code>(\d+)</code>", client.get(CODES).content.decode())


def is_signed_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200
