"""`--backend`: the database that Django's tests run on, chosen before its settings load."""

import os

import pytest

from . import postgres

SERVER = pytest.StashKey[postgres.Postgres]()


@pytest.hookimpl
def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--backend",
        choices=("sqlite", "postgres"),
        default="sqlite",
        help="the database; with postgres, only tests that touch the database run",
    )
    parser.addoption(
        "--left-out", action="store_true", help="only tests that `make test` leaves to `make long`"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start PostgreSQL and set DATABASE_URL, before pytest-django reads the settings."""
    for name in ("REDIS_URL", "REDIS_URL_FILE"):
        os.environ.pop(name, None)  # a test that wants one starts its own
    if early_config.known_args_namespace.backend == "sqlite":
        os.environ.pop("DATABASE_URL", None)
        return
    server = postgres.start()
    if server is None:
        raise pytest.UsageError(postgres.MISSING)
    early_config.stash[SERVER] = server
    early_config.add_cleanup(server.stop)
    os.environ["DATABASE_URL"] = server.url("stoppress")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect tests of the other database, and on PostgreSQL those that use no database.

    A test marked `backend("sqlite", long="postgres")` runs on SQLite, and with `--left-out` on
    PostgreSQL: it takes long, and the database plays hardly any part in it.
    """
    backend, left_out = config.getoption("backend"), config.getoption("left_out")
    kept = [item for item in items if _belongs(item, backend, left_out)]
    if len(kept) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def _belongs(item: pytest.Item, backend: str, left_out: bool) -> bool:
    mark = item.get_closest_marker("backend")
    if left_out:
        return mark is not None and mark.kwargs.get("long") == backend
    if mark:
        return backend in mark.args
    if backend == "sqlite":
        return True
    fixtures = set(getattr(item, "fixturenames", ()))
    return "chromium" not in fixtures and bool(
        item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "serve"}
    )
