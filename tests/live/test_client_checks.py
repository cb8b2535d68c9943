import pytest
from django.core.checks import run_checks
from django.core.management import call_command

from stoppress.live import client_checks

MANIFEST = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"


def ids(found):
    return [message.id for message in found]


def test_an_ordinary_site_passes():
    assert client_checks.check_finders() == client_checks.check_manifest() == []


def test_finders_that_do_not_find_the_client_are_named(settings):
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    assert ids(client_checks.check_finders()) == ["stoppress.W031"]
    settings.INSTALLED_APPS = [
        name for name in settings.INSTALLED_APPS if name != "django.contrib.staticfiles"
    ]
    assert client_checks.check_finders() == []


def test_a_manifest_without_the_client_is_named_where_it_is_deployed(settings, tmp_path):
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = {"staticfiles": {"BACKEND": MANIFEST}}
    ours = {"tags": ["stoppress"], "include_deployment_checks": True}
    [found] = [one for one in run_checks(**ours) if one.id == "stoppress.W032"]
    assert "stoppress/live/index.js" in found.msg and "collectstatic" in found.hint
    assert "stoppress.W032" not in ids(run_checks(tags=["stoppress"]))
    call_command("collectstatic", interactive=False, verbosity=0)
    settings.STATIC_ROOT = f"{tmp_path}/"  # a storage reads its manifest once
    assert client_checks.check_manifest() == []


@pytest.mark.parametrize(
    ("storages", "told"),
    [
        ({}, "staticfiles"),
        ({"staticfiles": {"BACKEND": "nowhere.Storage"}}, "nowhere"),
        ({"staticfiles": {"BACKEND": MANIFEST, "OPTIONS": {"bucket": "b"}}}, "bucket"),
        ({"staticfiles": {"BACKEND": MANIFEST}}, "STATIC_ROOT"),
    ],
)
def test_a_storage_that_cannot_be_made_is_named_where_it_is_deployed(settings, storages, told):
    settings.STATIC_ROOT = None
    settings.STORAGES = storages
    found = run_checks(tags=["stoppress"], include_deployment_checks=True)
    [found] = [one for one in found if one.id == "stoppress.W032"]
    assert told in found.msg and "STORAGES" in found.hint
    assert "stoppress.W032" not in ids(run_checks(tags=["stoppress"]))
