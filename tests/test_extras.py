"""What needs an extra of `pip install stop-press` names it where it is missing."""

import subprocess

import pytest

from tests.services.bare import make_bare


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
