from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.test import Client, RequestFactory
from django.utils import timezone

from stoppress.site.signing_in import counting
from stoppress.site.signing_in.counting import counted_account, counted_address, forget_expired

from .editor import LOGIN, NAME, RIGHT, form, sign_in


@pytest.mark.parametrize(
    ("peer", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::"),
        ("", "::"),
        ("unix:", "::"),
        ("no address", "::"),
    ],
)
def test_an_address_is_counted_as_by_the_limits(rf, peer, counted):
    assert counted_address(rf.get("/", REMOTE_ADDR=peer)) == counted


def test_a_trusted_proxys_readers_count_for_themselves(rf, settings):
    settings.STOPPRESS_LIVE = {**settings.STOPPRESS_LIVE, "TRUSTED_PROXIES": ["127.0.0.1"]}
    request = rf.get("/")
    request.scope = {
        "client": ("127.0.0.1", 1),
        "headers": [(b"x-forwarded-for", b"198.51.100.9, 192.0.2.7")],
    }
    assert counted_address(request) == "192.0.2.7"


def test_a_long_name_is_cut(rf):
    assert counted_account(rf.post("/"), {"username": "n" * 5000}) == "n" * 150
    assert counted_account(rf.post("/"), {"username": None}) == ""


def test_the_other_fields_of_a_failed_login_are_not_stored(ann, caplog):
    secrets = {"password": "s3cret-1", "pasword": "s3cret-2", "new_password1": "s3cret-3"}
    for _ in range(2):
        Client().post(
            f"{LOGIN}?next=s3cret-4",
            {**form(NAME, "s3cret-1"), **secrets},
            headers={"accept": "s3cret-5", "user-agent": "u" * 3000},
            REMOTE_ADDR="192.0.2.1",
        )
    [row] = AccessAttempt.objects.values()
    assert row["failures_since_start"] == 2
    assert "s3cret" not in repr(row)
    assert len(row["user_agent"]) <= 255
    assert "s3cret" not in caplog.text


def test_a_right_password_ends_the_counting_and_keeps_no_record(ann):
    sign_in()
    assert sign_in(password=RIGHT).status_code == 302
    assert not AccessAttempt.objects.exists() and not AccessLog.objects.exists()


def test_expired_failures_do_not_count_and_are_deleted(ann, settings):
    for address in ("192.0.2.1", "192.0.2.2"):
        sign_in(address=address)
    long_ago = timezone.now() - settings.AXES_COOLOFF_TIME - timedelta(seconds=1)
    AccessAttempt.objects.filter(ip_address="192.0.2.1").update(attempt_time=long_ago)
    assert not forget_expired(timezone.now())
    assert AccessAttempt.objects.get().ip_address == "192.0.2.2"


def test_a_bounded_number_of_failures_is_deleted_at_once(ann, settings, monkeypatch):
    monkeypatch.setattr(counting, "BATCH", 2)
    for n in range(3):
        sign_in(address=f"192.0.2.{n}")
    later = timezone.now() + settings.AXES_COOLOFF_TIME
    assert [forget_expired(later), forget_expired(later)] == [True, False]
    assert not AccessAttempt.objects.exists()


@pytest.mark.parametrize("written", [" ann", "ann ", "ａｎｎ", "ann"])
def test_spellings_of_a_name_count_as_one_account(written):
    request = RequestFactory().post("/admin/login/", {"username": written})
    assert counted_account(request) == "ann"
