import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import aauthenticate, authenticate
from django.contrib.auth.models import User

from .editor import NAME, RIGHT, sign_in


def test_a_locked_account_is_locked_for_every_request(ann, rf, settings):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in()
    request = rf.post("/", REMOTE_ADDR="192.0.2.1")
    assert authenticate(request, username=NAME, password=RIGHT) is None
    request = rf.post("/", REMOTE_ADDR="192.0.2.2")
    assert authenticate(request, username=NAME, password=RIGHT) == ann


def test_commands_and_tests_sign_in_without_a_request(ann, client):
    assert authenticate(username=NAME, password=RIGHT) == ann
    assert authenticate(username=NAME, password="wrong") is None
    assert client.login(username=NAME, password=RIGHT)


@pytest.mark.django_db(transaction=True)
async def test_an_asynchronous_sign_in_respects_a_lock(rf, settings):
    await sync_to_async(User.objects.create_superuser)(NAME, password=RIGHT)
    for _ in range(settings.AXES_FAILURE_LIMIT):
        await sync_to_async(sign_in)()
    request = rf.post("/", REMOTE_ADDR="192.0.2.1")
    assert await aauthenticate(request, username=NAME, password=RIGHT) is None
