"""The audit knows whose request it is, on an event loop too, and forgets it afterwards."""

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group, User
from django.test import AsyncClient

from stoppress.newsroom.auditing import present_actor

from .entries import told


@pytest.mark.django_db(transaction=True)
async def test_a_request_on_an_event_loop_is_recorded_with_its_user():
    client = AsyncClient()
    user = await sync_to_async(User.objects.create_superuser)("vera")
    await client.aforce_login(user)
    answer = await client.post("/admin/auth/group/add/", {"name": "Night"})
    assert answer.status_code == 302
    assert (await sync_to_async(told)())[-1] == "vera: group_made Night"
    assert present_actor().name == "command"
    await sync_to_async(Group.objects.create)(name="Late")
    assert (await sync_to_async(told)())[-1] == "command: group_made Late"
