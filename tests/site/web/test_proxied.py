"""Behind a proxy that ends TLS editors can sign in; a stranger's word for it changes nothing."""

import re

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings as site
from django.contrib.auth.models import User
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
async def test_only_the_https_header_of_a_trusted_proxy_counts(
    settings, transactional_db, proxies, taken
):
    settings.STOPPRESS_LIVE = {**settings.STOPPRESS_LIVE, "TRUSTED_PROXIES": proxies}
    assert await sign_in() == ((200, True) if taken else (403, False))


async def cookies_of_a_sign_in(**headers):
    """Sign in as an editor; return the cookies that were set."""
    await sync_to_async(User.objects.create_superuser)("ann", password="secret words")
    client = AsyncClient()
    form = {"username": "ann", "password": "secret words"}
    answer = await client.post(LOGIN, form, headers=headers)
    assert answer.status_code == 302 and {"sessionid", "csrftoken"} <= answer.cookies.keys()
    return answer.cookies


@pytest.mark.parametrize("hsts", [False, True])
@pytest.mark.parametrize("https", [False, True])
async def test_a_cookie_set_over_https_is_never_sent_over_http(
    settings, transactional_db, hsts, https
):
    settings.STOPPRESS_LIVE = {**settings.STOPPRESS_LIVE, "TRUSTED_PROXIES": ["127.0.0.0/8"]}
    # As the settings have it where STOPPRESS_HSTS_SECONDS is above 0.
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = hsts
    for cookie in (await cookies_of_a_sign_in(**(HTTPS if https else {}))).values():
        assert bool(cookie["secure"]) == (hsts or https), cookie
        assert cookie["httponly"] and cookie["samesite"] == "Lax", cookie


async def test_a_sign_in_is_over_after_twelve_hours(transactional_db):
    cookies = await cookies_of_a_sign_in()
    # In whole seconds, of which one may just be over.
    assert 0 <= 12 * 3600 - cookies["sessionid"]["max-age"] <= 1
    assert not site.SESSION_SAVE_EVERY_REQUEST  # use makes it no longer
