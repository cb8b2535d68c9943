"""Fixtures for the tests of the benchmarks: a stage without a benchmark on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.load.build import NO_COMPILER
from benchmarks.load.generator import Load
from benchmarks.servers.sendloop import Sendloop
from benchmarks.stage import Setting, Stage
from tests.services import programs


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    """A run as small as can be, whose patience is short."""
    if programs.c_compiler() is None:
        pytest.skip(NO_COMPILER)
    return Setting(tmp_path, readers=50, quick=True, seconds=1.0)


@pytest.fixture
def floor(setting: Setting) -> Iterator[Stage]:
    """The C loop, and a load generator with 20 readers of it."""
    server = Sendloop(setting.folder, setting.cpus[0])
    try:
        with Load(setting.folder, setting.cpus[1]) as load:
            load.open(server, 20)
            yield Stage(server, load, setting)
    finally:
        server.stop()
