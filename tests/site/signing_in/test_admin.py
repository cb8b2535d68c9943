"""Users in the admin: their times are on the editor's clock, as an article's are."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse

from stoppress.newsroom.models import Preferences
from tests.newsroom.admin.editor import filled

pytestmark = pytest.mark.django_db


def test_an_untouched_form_keeps_a_time_that_comes_twice():
    chief = User.objects.create_superuser("carla", password=None)
    Preferences.objects.create(user=chief, time_zone="Europe/Berlin")
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # the later 02:30
    ben = User.objects.create_user("ben", date_joined=second, last_login=second)
    client = Client()
    client.force_login(chief)
    form = reverse("admin:auth_user_change", args=[ben.pk])
    told = filled(client.get(form).content.decode())
    assert told["date_joined_1"] == told["last_login_1"] == "02:30:00"
    assert client.post(form, told).status_code == 302
    ben.refresh_from_db()
    assert ben.date_joined == ben.last_login == second


def test_a_chief_changes_a_user():
    chief = User.objects.create_superuser("carla", password=None)
    ben = User.objects.create_user("ben")
    client = Client()
    client.force_login(chief)
    form = reverse("admin:auth_user_change", args=[ben.pk])
    told = filled(client.get(form).content.decode())
    told.pop("is_active")
    assert client.post(form, told).status_code == 302
    ben.refresh_from_db()
    assert not ben.is_active


@pytest.fixture
def left_behind(transactional_db: None) -> Iterator[None]:
    """A table that names users, of which the site no longer knows."""
    with connection.cursor() as database:
        database.execute(
            "CREATE TABLE left_behind (user_id integer NOT NULL REFERENCES auth_user (id) "
            "DEFERRABLE INITIALLY DEFERRED)"
        )
    yield
    with connection.cursor() as database:
        database.execute("DROP TABLE left_behind")


def test_a_user_referenced_by_a_leftover_table_is_not_deleted(left_behind):
    client = Client()
    client.force_login(User.objects.create_superuser("carla", password=None))
    ben = User.objects.create_user("ben")
    with connection.cursor() as database:
        database.execute("INSERT INTO left_behind VALUES (%s)", [ben.pk])
    chosen = {"action": "delete_selected", "_selected_action": ben.pk, "post": "yes"}
    for path, sent in (
        (reverse("admin:auth_user_delete", args=[ben.pk]), {"post": "yes"}),
        (reverse("admin:auth_user_changelist"), chosen),
    ):
        page = client.post(path, sent, follow=True)
        assert page.status_code == 200 and "Nothing was deleted" in page.content.decode()
        assert User.objects.filter(pk=ben.pk).exists()
