"""Problems with an installation's surroundings, reported when it starts.

A refusal is a problem that makes requests fail later, or prevents publishing; a remark is a setting
that works but is probably a mistake.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks.security.base import check_secret_key
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from stoppress.live import conf
from stoppress.live.database import log_database
from stoppress.live.relays.pooler import is_pooled

from . import env

MAKE_A_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
ANOTHER_KEY = (
    "the secret key differs from the one with which a server was last started on this database. "
    "If it was changed, all users have to sign in again. If several servers use this "
    "database, they sign each other's editors out: give all the same STOPPRESS_SECRET_KEY, or the "
    "file secret_key of one data directory"
)


def refusals_before(background: bool = True) -> Iterator[str]:
    """Yield why a server must not start. Call this before the migrations; it changes nothing.

    Args:
        background: it does the background work too.
    """
    if newer := newer_migrations():
        yield (
            f"the database is of a newer version, with migrations that this one does not have: "
            f"{', '.join(newer)}. Install that version, or restore a backup from before the update"
        )
    # Without background work and with Redis, the server needs no separate session.
    if connection.vendor == "postgresql" and (background or not settings.REDIS_URL):
        alias = conf.text("LISTEN_DATABASE")
        if is_pooled(alias or log_database()):
            name = env.source("DATABASE_LISTEN_URL" if alias else "DATABASE_URL")
            yield (
                f"{name} leads to a pooler that gives each transaction another session, and loses "
                "wake-ups (LISTEN) and the background worker's lock. Name a direct connection to "
                "PostgreSQL in DATABASE_LISTEN_URL"
            )


def key_remarks() -> Iterator[str]:
    """Yield problems with the secret key. Call this after the migrations."""
    if _key_seal().is_of_another_key():
        yield ANOTHER_KEY


def seal_database() -> None:
    """Store a seal of this server's secret key, if the database is writable."""
    with suppress(DatabaseError), transaction.atomic():
        _key_seal().renew()


def remarks() -> Iterator[str]:
    """Yield settings that work, but are probably a mistake."""
    yield from env.unknown()
    for message in check_secret_key(None):
        yield f"{message.msg} Make one: {MAKE_A_KEY}"
    yield from unwritable()


def unwritable() -> Iterator[str]:
    """Yield what is not writable: readers are served, but nothing can be published."""
    if not os.access(settings.DATA, os.W_OK):
        yield f"{settings.DATA} is not writable: make the user who runs Stop Press its owner"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_read_only")
            writable = cursor.fetchone()[0] == "off"
    else:
        file = str(connection.settings_dict["NAME"])
        writable = os.access(file, os.W_OK) or not os.path.exists(file)
    if not writable:
        yield (
            "the database is read-only: readers are served, but nothing can be published, and "
            "nobody can sign in"
        )


def _key_seal() -> Any:
    return apps.get_model("signing_in", "KeySeal")  # models are there only once Django is loaded


def newer_migrations() -> list[str]:
    """Return the applied migrations that are newer than the last one of this program."""
    loader = MigrationLoader(connection)
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("stoppress.")}
    last: dict[str, str] = {}
    for app, name in loader.disk_migrations:
        last[app] = max(last.get(app, ""), name)
    return sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        # Others are not newer: their app was removed, or they were squashed since.
        if app in ours and name > last.get(app, name)
    )
