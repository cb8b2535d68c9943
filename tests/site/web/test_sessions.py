from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from stoppress.site.web.sessions import SessionStore

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", ['"\\000aaaaaaaaaaaa"', "a" * 4, "a-b" * 9, '"\\012abcdefghij"'])
def test_an_impossible_key_is_no_session(key):
    cookie = f"{settings.SESSION_COOKIE_NAME}={key}"
    answer = Client().get("/admin/", headers={"host": "localhost", "cookie": cookie})
    assert answer.status_code == 302


def test_a_sign_in_lasts():
    client = Client()
    client.force_login(User.objects.create_superuser("one"))
    assert client.get("/admin/").status_code == 200
    [session] = Session.objects.all()
    assert session.session_key.isalnum() and session.get_decoded()


@pytest.mark.backend("postgres")
def test_a_session_ends_by_the_databases_clock(fast_machine):
    half = fast_machine / 2
    made = SessionStore()
    made.set_expiry(int(half.total_seconds()))
    made.save()
    assert Session.objects.get().expire_date <= datetime.now(UTC) + half
    SessionStore.clear_expired()
    assert SessionStore(made.session_key).load()
    Session.objects.update(expire_date=datetime.now(UTC))
    assert not SessionStore(made.session_key).load()
    SessionStore.clear_expired()
    assert not Session.objects.exists()


@pytest.mark.backend("postgres")
@pytest.mark.django_db(transaction=True)
async def test_a_session_ends_by_the_databases_clock_in_async_views_too(fast_machine):
    half = fast_machine / 2
    made = SessionStore()
    await made.aset_expiry(int(half.total_seconds()))
    await made.asave()
    assert (await Session.objects.aget()).expire_date <= datetime.now(UTC) + half
    await SessionStore.aclear_expired()
    assert await SessionStore(made.session_key).aload()
    await Session.objects.aupdate(expire_date=datetime.now(UTC))
    held = SessionStore(made.session_key)
    assert await held.aload() == {} and held.session_key is None
    await SessionStore.aclear_expired()
    assert not await Session.objects.aexists()
