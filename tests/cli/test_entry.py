"""The console script, where the site's packages are there, and where they are not."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from stoppress.cli.entry import main
from tests.services.bare import make_bare

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
SITE = PROJECT["optional-dependencies"]["site"]


def run(python, *words, **more):
    name, _, function = PROJECT["scripts"]["stoppress"].partition(":")
    code = f"import sys; from {name} import {function}; sys.exit({function}())"
    env = {"PYTHONPATH": str(ROOT / "src"), **more}
    done = subprocess.run(
        [python, "-c", code, *words], capture_output=True, text=True, timeout=150, env=env
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("words", [(), ("serve",), ("demo",), ("--help",)])
def test_the_command_without_the_site_names_the_extra_in_one_line(tmp_path, words):
    status, out, err = run(make_bare(tmp_path), *words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("stoppress: ") and 'pip install "stop-press[site]"' in err


@pytest.mark.parametrize("absent", ["django-axes", "nh3", "uvicorn"])
def test_the_command_names_the_one_package_that_is_missing(tmp_path, absent):
    rest = [one for one in SITE if not one.startswith(absent)]
    python = make_bare(tmp_path, *rest)
    status, out, err = run(python, "serve")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.endswith(f"(not installed: {absent.removeprefix('django-')})\n")


@pytest.mark.parametrize("absent", ["nh3", "uvloop"])
def test_a_package_of_the_site_that_is_not_found_is_named(absent, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, absent, None)
    assert main() == 2
    assert capsys.readouterr().err.endswith(f"(not installed: {absent})\n")


def test_the_command_works_with_the_extra_site_alone(tmp_path):
    python = make_bare(tmp_path / "python", *SITE)
    env = {"STOPPRESS_DATA": str(tmp_path / "data"), "PATH": ""}
    status, out, err = run(python, "token", "wire", **env)
    assert status == 0 and out.splitlines()[-1].startswith("sp_"), err
    assert "no issues" in run(python, "manage", "check", **env)[1]


def test_a_service_that_needs_an_extra_names_it(tmp_path):
    python = make_bare(tmp_path / "python", *SITE)
    env = {"STOPPRESS_DATA": str(tmp_path / "data"), "PATH": ""}
    for name, url, extra in (
        ("DATABASE_URL", "postgres://user@127.0.0.1/name", "postgres"),
        ("REDIS_URL", "redis://127.0.0.1:1", "redis"),
    ):
        option = f"--{name.lower().replace('_', '-')}"
        for words, more in ((["serve"], {name: url}), (["drill", option, url], {})):
            status, _, err = run(python, *words, **env, **more)
            assert (status, err.count("\n")) == (2, 1)
            assert f"pip install 'stop-press[{extra}]'" in err


def test_the_command_works_with_all_extras():
    status, out, _ = run(sys.executable, "--help")
    assert status == 0 and "serve the site" in out
