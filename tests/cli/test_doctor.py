"""What is wrong with an installation is said, and of what is right nothing."""

import os

import pytest

from stoppress.cli import doctor


@pytest.fixture
def live(settings):
    """Change settings of `stoppress.live`."""

    def change(**more):
        settings.STOPPRESS_LIVE = {**settings.STOPPRESS_LIVE, **more}

    return change


def test_wildcard_hosts_and_proxies_are_named(settings, live):
    settings.ALLOWED_HOSTS = ["paper.example"]
    live(TRUSTED_PROXIES=["10.0.0.1"])
    assert not list(doctor._strangers())
    settings.ALLOWED_HOSTS = ["*"]
    live(TRUSTED_PROXIES=["10.0.0.1", "::/0"])
    hosts, proxies = doctor._strangers()
    assert "STOPPRESS_ALLOWED_HOSTS has '*'" in hosts and "has ::/0" in proxies


def test_a_missing_hsts_setting_is_reported_only_behind_a_proxy(settings, live):
    settings.SECURE_HSTS_SECONDS = 0
    assert not list(doctor._remarks())
    live(TRUSTED_PROXIES=["10.0.0.1"])
    assert len(list(doctor._remarks())) == 1
    settings.SECURE_HSTS_SECONDS = 3600
    assert not list(doctor._remarks())


def test_files_readable_by_other_users_and_a_full_disk_are_named(settings, tmp_path, monkeypatch):
    settings.DATA = tmp_path
    monkeypatch.setattr(doctor, "FREE_BYTES", 1)
    assert not list(doctor._data_directory([]))
    (tmp_path / "secret_key").touch()
    monkeypatch.setattr(doctor, "FREE_BYTES", 2**80)
    opened, free = doctor._data_directory([tmp_path / "secret_key"])
    assert os.fspath(tmp_path / "secret_key") in opened and "MiB free" in free


def test_the_exit_status_is_1_if_there_is_a_problem(capsys):
    assert doctor._tell([]) == 0 and "No problem was found" in capsys.readouterr().out
    assert doctor._tell(["Close it."]) == 1 and capsys.readouterr().out == "✗ Close it.\n"


@pytest.mark.django_db
@pytest.mark.backend("postgres")
def test_a_wrong_clock_is_named(fast_machine):
    [said] = doctor._clocks()
    assert said.startswith("This machine's clock is ") and "s ahead of the database's. Set" in said


@pytest.mark.django_db
def test_a_right_clock_is_not_named():
    assert not list(doctor._clocks())


@pytest.mark.django_db
def test_tables_of_a_disabled_second_factor_are_reported(settings):
    settings.STOPPRESS_ACCOUNTS = True
    assert list(doctor._left_behind()) == []
    settings.STOPPRESS_ACCOUNTS = False
    [said] = doctor._left_behind()
    assert "users who have set something up cannot be deleted" in said
