import pytest
from axes.models import AccessAttempt

from stoppress.newsroom.models import AuditEntry

from .editor import NAME, RIGHT, sign_in

PAGE, NEW = "/admin/password_change/", "another long horse"


def change(client, old: str) -> int:
    sent = {"old_password": old, "new_password1": NEW, "new_password2": NEW}
    return int(client.post(PAGE, sent).status_code)


@pytest.fixture(autouse=True)
def two_failures(settings) -> None:
    settings.AXES_FAILURE_LIMIT = 2


def test_wrong_old_passwords_are_counted_and_lock(ann, client):
    client.force_login(ann)
    assert [change(client, "wrong") for _ in range(3)] == [200, 429, 429]
    assert change(client, RIGHT) == 429
    ann.refresh_from_db()
    assert ann.check_password(RIGHT)
    assert AccessAttempt.objects.get().failures_since_start == 2
    assert AuditEntry.objects.filter(act=AuditEntry.Act.SIGN_IN_FAILED).exists()
    assert sign_in(NAME, RIGHT, address="127.0.0.1").status_code == 429


def test_a_right_old_password_changes_the_password(ann, client):
    client.force_login(ann)
    assert client.get(PAGE).status_code == 200
    assert change(client, RIGHT) == 302
    ann.refresh_from_db()
    assert ann.check_password(NEW)


def test_without_the_throttle_the_page_is_djangos(ann, client, settings):
    settings.AXES_ENABLED = False
    client.force_login(ann)
    assert [change(client, "wrong") for _ in range(3)] == [200] * 3
