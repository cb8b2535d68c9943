"""A database of its own, as the release before the roles has left it."""

from collections.abc import Iterator

import pytest
from django.db import connection

from .installation import Rows, empty_database, fixture, install, multiplied


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
