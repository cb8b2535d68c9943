import pytest
from django.contrib.auth.models import User
from django.test import Client


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ann", password="x"))
    return client
