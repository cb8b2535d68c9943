"""The database of a fork of mutmut's: a copy of one that is migrated already."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection


def migrated() -> Path:
    """Return the file that is copied; only in a fork it exists."""
    return Path(os.environ["STOPPRESS_DATA"], "migrated.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None) -> Iterator[None]:
    """Override the one of pytest-django, which would migrate once more."""
    own = migrated().with_name(f"{os.getpid()}.sqlite3")
    shutil.copy(migrated(), own)
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = str(own)
    yield
    connection.close()
    own.unlink()
