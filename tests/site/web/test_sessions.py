import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", ['"\\000aaaaaaaaaaaa"', "a" * 4, "a-b" * 9, '"\\012abcdefghij"'])
def test_a_key_that_cannot_be_ours_is_no_session(key):
    cookie = f"{settings.SESSION_COOKIE_NAME}={key}"
    answer = Client().get("/admin/", headers={"host": "localhost", "cookie": cookie})
    assert answer.status_code == 302


def test_a_sign_in_lasts():
    client = Client()
    client.force_login(User.objects.create_superuser("one"))
    assert client.get("/admin/").status_code == 200
    [session] = Session.objects.all()
    assert session.session_key.isalnum() and session.get_decoded()
