"""A database of its own, as the release before the roles has left it."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from django.db import connection

from tests.services import backend

from .installation import Rows, fixture, install, multiplied

numbers = count()


@contextmanager
def empty_database(config: pytest.Config, directory: Path) -> Iterator[None]:
    """Have Django work on an empty database."""
    settings, before = connection.settings_dict, connection.settings_dict["NAME"]
    connection.close()
    if connection.vendor == "postgresql":
        settings["NAME"] = config.stash[backend.SERVER].new_database().rpartition("/")[2]
    else:
        settings["NAME"] = str(directory / f"{next(numbers)}.sqlite3")
    try:
        yield
    finally:
        connection.close()
        settings["NAME"] = before


@pytest.fixture(scope="module")
def before_upgrade(request, django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Rows]:
    """The rows of an installation of the release before, in the database; not upgraded yet.

    A module's ARTICLES says how many articles it has.
    """
    migrations, rows = fixture()
    articles = request.module.ARTICLES[connection.vendor]
    directory = tmp_path_factory.mktemp("upgrading")
    with django_db_blocker.unblock(), empty_database(request.config, directory):
        install(migrations, rows, articles)
        yield multiplied(rows, articles)
