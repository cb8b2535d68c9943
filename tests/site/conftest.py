import os
import subprocess

import pytest

from tests.services.serve import COMMAND, OURS


@pytest.fixture
def stoppress(tmp_path):
    """Run the `stoppress` command as its user types it, on a data directory of its own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    env["STOPPRESS_DATA"] = str(tmp_path / "data")

    def run(*words, unset=(), **more):
        given = {name: value for name, value in (env | more).items() if name not in unset}
        return subprocess.run(
            [COMMAND, *words], env=given, cwd=tmp_path, capture_output=True, text=True, timeout=60
        )

    return run
