"""Empty the tables after a test that commits, but for permissions and content types.

They depend on the models alone, so every test finds the same rows. Django deletes them and makes
them anew each time, which takes longer than most tests.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import Style
from django.core.management.commands import flush
from django.db.backends.base.base import BaseDatabaseWrapper

from stoppress.live.apps import LiveConfig, make_installation

KEPT = {ContentType._meta.db_table, Permission._meta.db_table}


@contextmanager
def keeping_permissions() -> Iterator[None]:
    """Let Django's `flush` command keep their rows, and make anew only what is ours."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "sql_flush", _sql_flush)  # the command has no option for it
        patch.setattr(flush, "emit_post_migrate_signal", _make_installation)  # nor for this
        yield


def _sql_flush(style: Style, connection: BaseDatabaseWrapper, **options: Any) -> list[str]:
    introspection = connection.introspection
    tables = introspection.django_table_names(only_existing=True, include_views=False)
    emptied = [table for table in tables if table not in KEPT]
    return connection.ops.sql_flush(style, emptied, **options)


def _make_installation(verbosity: int, interactive: bool, db: str) -> None:
    make_installation(apps.get_app_config(LiveConfig.label), db)
