"""`make mutants` tries thousands of changes: make the tests of each start and fail soon.

The process that mutmut forks from migrates one database; each fork gets a copy, in a file of its
own. Quick tests come first, and slow ones are run only where `STOPPRESS_SLOW_TESTS` is set: for
what the quick ones did not notice. A test that takes far longer than without a change fails.
"""

import json
import os
import shutil
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
SECONDS, TIMES = 5, 4
"""A test fails after so many seconds and so many times what it took without a change."""


def pytest_sessionstart(session: pytest.Session) -> None:
    if forked.migrated().exists():
        session.config.pluginmanager.register(forked)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    measured = _measured()
    if "STOPPRESS_SLOW_TESTS" not in os.environ:
        items[:] = [item for item in items if measured.get(item.nodeid, 0) < SLOW]
    items.sort(key=lambda item: measured.get(item.nodeid, 0))
    for item in items if forked.migrated().exists() else ():
        limit = SECONDS + TIMES * measured.get(item.nodeid, 0)
        item.add_marker(pytest.mark.timeout(limit, method="thread"))


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
