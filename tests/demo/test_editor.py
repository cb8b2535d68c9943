"""The demo's editor: one account, one password, kept."""

import stat
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from stoppress.demo.editor import FILE, NAME, employ_editor

pytestmark = pytest.mark.django_db


def test_the_editor_may_do_everything_and_can_sign_in(tmp_path: Path) -> None:
    password = employ_editor(tmp_path)
    user = get_user_model().objects.get(username=NAME)
    assert password and user.check_password(password)
    assert user.is_superuser and user.is_staff


def test_a_restart_prints_the_same_password(tmp_path: Path) -> None:
    assert employ_editor(tmp_path) == employ_editor(tmp_path)
    assert get_user_model().objects.count() == 1


def test_no_other_user_of_the_machine_can_read_the_password(tmp_path: Path) -> None:
    (tmp_path / FILE).touch(0o644)
    password = employ_editor(tmp_path)
    assert (tmp_path / FILE).read_text().strip() == password
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_two_installations_have_two_passwords(tmp_path: Path) -> None:
    first = employ_editor(tmp_path)
    get_user_model().objects.all().delete()
    (tmp_path / "other").mkdir()
    assert employ_editor(tmp_path / "other") != first


def test_a_new_database_gets_the_kept_password(tmp_path: Path) -> None:
    password = employ_editor(tmp_path)
    get_user_model().objects.all().delete()
    assert employ_editor(tmp_path) == password


def test_a_changed_password_is_not_printed(tmp_path: Path) -> None:
    employ_editor(tmp_path)
    user = get_user_model().objects.get(username=NAME)
    user.set_password("of my own")
    user.save()
    assert employ_editor(tmp_path) is None
    user.refresh_from_db()
    assert user.check_password("of my own")


def test_an_editor_who_was_there_before_keeps_the_account(tmp_path: Path) -> None:
    get_user_model().objects.create_user(username=NAME, password="mine")
    assert employ_editor(tmp_path) is None
    assert not get_user_model().objects.get(username=NAME).is_superuser
