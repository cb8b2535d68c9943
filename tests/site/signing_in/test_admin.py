"""Users in the admin: their times are on the editor's clock, as an article's are."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
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
