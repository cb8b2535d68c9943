"""A module that needs an extra of `pip install stop-press` names it if it is missing."""

import subprocess
import tomllib

import pytest

from tests.services.bare import ROOT, make_bare


@pytest.mark.parametrize(
    ("module", "extra"),
    [
        ("stoppress.live.client", "client"),
        ("stoppress.live.client.rule", "client"),
        ("stoppress.live.relays.postgres", "postgres"),
    ],
)
def test_a_module_names_the_extra_that_it_needs(tmp_path, module, extra):
    command = [make_bare(tmp_path), "-c", f"import {module}"]
    done = subprocess.run(command, env={}, capture_output=True, text=True, timeout=60)
    [last] = done.stderr.splitlines()[-1:]
    assert done.returncode == 1 and last.startswith("ImportError: stoppress.live")
    assert last.endswith(f'pip install "stop-press[{extra}]"')


SIGN_IN = """
from stoppress.site import setup
setup.prepare()
from django.contrib.auth.models import User
from django.test import Client
User.objects.create_superuser("ann", password="right horse battery")
client = Client(headers={"host": "localhost"})
sent = {"username": "ann", "password": "right horse battery", "next": "/admin/"}
print(client.post("/admin/login/", sent).headers["Location"], client.get("/admin/").status_code)
print(client.get("/accounts/login/").status_code)
"""


def test_a_site_without_django_allauth_signs_in_with_passwords_and_names_what_a_setting_needs(
    tmp_path,
):
    site = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    python = make_bare(tmp_path / "bare", *site["site"])
    env = {"STOPPRESS_DATA": str(tmp_path / "data"), "STOPPRESS_ALLOWED_HOSTS": "localhost"}

    def run(*words, **more):
        command = [python, *words]
        return subprocess.run(command, env=env | more, capture_output=True, text=True, timeout=60)

    done = run("-c", SIGN_IN)
    assert done.stdout.split() == ["/admin/", "200", "404"], done.stderr
    refused = run("-m", "stoppress.cli.main", "manage", "check", STOPPRESS_SECOND_FACTOR="optional")
    assert refused.returncode == 2
    assert "STOPPRESS_SECOND_FACTOR needs the extra `accounts`. Install it:" in refused.stderr
