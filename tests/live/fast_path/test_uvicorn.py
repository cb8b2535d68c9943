"""The versions of uvicorn that the fast path takes, and what it says of any other."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import uvicorn
from packaging.requirements import Requirement

from stoppress.live.errors import WrongUvicorn
from stoppress.live.fast_path import END, OLDEST, require_uvicorn
from stoppress.live.fast_path.handshake import HandshakeProtocol

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("version", ["0.52.1", "0.53.0", "0.54.0", "0.54.12"])
def test_a_tested_version_is_accepted(version):
    require_uvicorn(version)


@pytest.mark.parametrize("version", ["0.34.0", "0.52.0", "0.55.0", "0.55.0rc1", "1.0.0", "1.0"])
def test_any_other_version_is_refused_with_the_version_to_install(version):
    with pytest.raises(WrongUvicorn) as refused:
        require_uvicorn(version)
    assert f"uvicorn {version}: pip install " in str(refused.value)
    assert not requirement().specifier.contains(version, prereleases=False)


def test_the_cap_can_rise_only_with_a_minor_version_that_the_tests_run_with():
    """When this fails, docs/decisions/0013-fast-path.md says what to do."""
    installed = tuple(map(int, uvicorn.__version__.split(".")[:2]))
    assert (installed[0], installed[1] + 1) == END
    oldest, end = (".".join(map(str, version)) for version in (OLDEST, END))
    assert requirement().specifier == Requirement(f"uvicorn>={oldest},<{end}").specifier
    assert (
        f"uvicorn {oldest} to {'.'.join(map(str, installed))} " in (ROOT / "README.md").read_text()
    )


def test_the_command_refuses_a_newer_uvicorn_in_one_line():
    run = "from stoppress.cli.entry import main; sys.exit(main())"
    done = with_uvicorn("0.99.0", run)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.count("\n") == 1 and 'pip install "uvicorn>=' in done.stderr


def test_with_a_newer_uvicorn_ws_ends_with_the_advice_and_without_it_a_site_is_served():
    load = "config = uvicorn.Config('scoreboard.asgi:application', ws={!r}); config.load()"
    done = with_uvicorn("0.99.0", load.format(f"{HandshakeProtocol.__module__}:HandshakeProtocol"))
    [*_, last] = done.stderr.splitlines()
    assert done.returncode == 1 and "started without --ws" in last and "0.99.0" in last
    done = with_uvicorn("0.99.0", load.format("auto"))
    assert done.returncode == 0, done.stderr


def requirement() -> Requirement:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed = map(Requirement, project["optional-dependencies"]["site"])
    return next(one for one in listed if one.name == "uvicorn")


def with_uvicorn(version: str, code: str) -> "subprocess.CompletedProcess[str]":
    """Run code as if another version of uvicorn were installed."""
    code = f"import sys, uvicorn; uvicorn.__version__ = {version!r}; {code}"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "example",
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
    )
