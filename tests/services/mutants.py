"""`make mutants` tries thousands of changes: make the tests of each start and fail soon.

The process that mutmut forks from migrates one database; each fork gets a copy, in a file of its
own. The tests of the changed module come first: most changes are noticed there, and to collect
hundreds of other tests takes longer. Then quick tests come first, and slow ones are run only where
`STOPPRESS_SLOW_TESTS` is set, for what the quick ones did not notice. A test that takes far longer
than without a change has noticed it.
"""

import json
import os
import shutil
import threading
from collections.abc import Generator
from functools import cache
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.plugin import blocking_manager_key

from . import forked

MEASURED = Path("mutmut-stats.json")
"""What mutmut has measured without a change, in the directory that it runs tests in."""
SLOW = 0.9
"""A test is slow that takes more seconds without a change."""
SECONDS, TIMES = 8, 6
"""A test is ended after so many seconds and so many times what it took without a change."""
TIMEOUT = 36
"""By this status mutmut knows that a test was ended."""
OTHERS = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Run the tests of the changed module; the others have to wait."""
    *_, module, change = ["", *os.environ.get("MUTANT_UNDER_TEST", "").split(".")]
    own = [name for name in config.args if f"/test_{module}.py::" in name]
    if "__mutmut_" in change and 0 < len(own) < len(config.args):
        config.stash[OTHERS] = [
            word for word in config.invocation_params.args if word not in set(own)
        ]
        config.args = own


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Run the others, in a session of their own, where these noticed nothing."""
    passed = exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
    if passed and OTHERS in session.config.stash:
        with session.config.stash[blocking_manager_key].unblock():
            others = pytest.main(session.config.stash[OTHERS])
        if others != pytest.ExitCode.NO_TESTS_COLLECTED:
            session.exitstatus = others


def pytest_sessionstart(session: pytest.Session) -> None:
    if forked.migrated().exists():
        session.config.pluginmanager.register(forked)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    measured = _measured()
    if "STOPPRESS_SLOW_TESTS" not in os.environ:
        items[:] = [item for item in items if measured.get(item.nodeid, 0) < SLOW]
    items.sort(key=lambda item: measured.get(item.nodeid, 0))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    if not forked.migrated().exists():
        return (yield)
    limit = SECONDS + TIMES * _measured().get(item.nodeid, 0)
    timer = threading.Timer(limit, os._exit, [TIMEOUT])
    timer.start()
    try:
        return (yield)
    finally:
        timer.cancel()


@cache
def _measured() -> dict[str, float]:
    """Return the seconds that each test took without a change; nothing before they are known."""
    return json.loads(MEASURED.read_text())["duration_by_test"] if MEASURED.exists() else {}


def pytest_collection_finish(session: pytest.Session) -> None:
    if not session.config.option.collectonly or forked.migrated().exists():
        return
    with session.config.stash[blocking_manager_key].unblock():
        name = connection.settings_dict["NAME"]
        made = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connection.close()
        shutil.copy(made, forked.migrated())
        connection.creation.destroy_test_db(name, verbosity=0)
