"""The build that a page carries and a server says."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.template import Context, Template
from django.test import override_settings

from stoppress import __version__
from stoppress.live.build import build, manifest_hash

PAGE = Template('{% load live %}<p data-live-build="{% live_build %}" hidden></p>')


@pytest.fixture(autouse=True)
def no_settings(settings):
    settings.STOPPRESS_LIVE = {}


def test_without_a_setting_the_build_is_the_version():
    assert build() == f"{__version__}-en-gb-UTC"


@pytest.mark.parametrize(
    "changed",
    [
        {"LANGUAGE_CODE": "de"},
        {"TIME_ZONE": "Europe/Berlin"},
        {"STOPPRESS_LIVE": {"LOCALE": "fr-UTC"}},
    ],
)
def test_another_language_or_zone_is_another_build(changed):
    before = build()
    with override_settings(**changed):
        assert build() != before


@override_settings(STOPPRESS_LIVE={"BUILD": '"41>\n'})  # as a command prints it
def test_the_build_is_the_setting_and_a_page_carries_it_escaped():
    assert build() == '"41>-en-gb-UTC'
    assert 'data-live-build="&quot;41&gt;-en-gb-UTC"' in PAGE.render(Context())


@pytest.fixture
def collected(tmp_path: Path, settings):
    """A site with a manifest of its static files; returns what collects them."""
    source = tmp_path / "source"
    source.mkdir()
    settings.STATICFILES_DIRS = [source]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }

    def collect(style: str) -> str:
        (source / "site.css").write_text(style)
        settings.STATIC_ROOT = tmp_path / "static"  # the storage of before is forgotten
        call_command("collectstatic", interactive=False, verbosity=0)
        settings.STATIC_ROOT = tmp_path / "static"
        manifest_hash.cache_clear()  # as in a process that starts now
        return json.loads((tmp_path / "static/staticfiles.json").read_text())["hash"]

    yield collect
    manifest_hash.cache_clear()


def test_a_manifest_of_static_files_makes_another_build_when_one_changes(collected):
    builds = []
    for style in ("p { color: red }", "p { color: blue }"):
        hashed = collected(style)
        builds.append(build())
        assert builds[-1] == f"{__version__}-{hashed}-en-gb-UTC"
    assert builds[0] != builds[1]


@pytest.mark.parametrize(
    "broken",
    [
        {"STORAGES": {}},
        {"STORAGES": {"staticfiles": {"BACKEND": "no.where"}}},
        {
            "STATIC_ROOT": None,
            "STORAGES": {
                "staticfiles": {
                    "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
                }
            },
        },
        {"STATIC_URL": None},
    ],
)
def test_a_site_whose_static_files_are_not_ready_has_a_build(broken):
    manifest_hash.cache_clear()
    with override_settings(**broken):
        assert build() == f"{__version__}-en-gb-UTC"
    manifest_hash.cache_clear()
