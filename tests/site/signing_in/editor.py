"""Signing in as a browser does, at Django's test client or at a real server."""

from typing import Any

import aiohttp
from django.test import Client

LOGIN = "/admin/login/"
NAME, RIGHT = "ann", "right horse battery"
TOKEN = "a" * 32
FORWARDED = "X-Forwarded-For"


def form(name: str, password: str, **more: str) -> dict[str, str]:
    return {"username": name, "password": password, "csrfmiddlewaretoken": TOKEN, **more}


def sign_in(name: str = NAME, password: str = "wrong", address: str = "192.0.2.1") -> Any:
    """Return the answer to a login from an address."""
    return Client().post(LOGIN, form(name, password), REMOTE_ADDR=address)


async def post(
    session: aiohttp.ClientSession, url: str, data: dict[str, str], address: str = ""
) -> tuple[int, dict[str, str], str]:
    """Send a login to a real server; return status, headers and text."""
    headers = {"Cookie": f"csrftoken={TOKEN}"} | ({FORWARDED: address} if address else {})
    sending = session.post(url + LOGIN, data=data, headers=headers, allow_redirects=False)
    async with sending as answer:
        return answer.status, dict(answer.headers), await answer.text()
