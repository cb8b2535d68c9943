"""Behind a proxy that ends TLS editors can sign in; a stranger's word for it changes nothing."""

import re

import pytest
from django.test import AsyncClient

LOGIN = "/admin/login/"
HTTPS = {"x-forwarded-proto": "https"}


async def sign_in() -> tuple[int, bool]:
    """Send a form, by HTTPS as 127.0.0.1 says; return its status, and if cookies are secure."""
    client = AsyncClient(enforce_csrf_checks=True)
    page = await client.get(LOGIN, headers=HTTPS)
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert found
    form = {"username": "nobody", "password": "wrong", "csrfmiddlewaretoken": found[1]}
    answer = await client.post(LOGIN, form, headers={"origin": "https://testserver", **HTTPS})
    return answer.status_code, bool(page.cookies["csrftoken"]["secure"])


@pytest.mark.parametrize(
    ("proxies", "taken"), [(["127.0.0.0/8"], True), (["192.0.2.7"], False), ([], False)]
)
async def test_only_a_trusted_proxys_word_for_https_counts(
    settings, transactional_db, proxies, taken
):
    settings.STOPPRESS_LIVE = {**settings.STOPPRESS_LIVE, "TRUSTED_PROXIES": proxies}
    assert await sign_in() == ((200, True) if taken else (403, False))
