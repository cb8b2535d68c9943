"""Health checks: `/healthz` (the process is alive) and `/readyz` (it is ready for readers)."""

import sqlite3
from contextlib import closing

from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from stoppress import live
from stoppress.live.database import existing_file, log_database
from stoppress.live.models import Installation
from stoppress.live.trouble import READ_ONLY, UNREADABLE, trouble, trouble_in
from stoppress.newsroom.unlogged import unlogged
from stoppress.site.serving import leaving

# The longest that a probe waits for a lock.
LOCK_MILLISECONDS = 1500
_LOG = "SELECT 1 FROM stoppress_live_installation LIMIT 1"
_ON_POSTGRES = """
    SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean
"""


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process can answer at all."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while news can be read and published here; else 503 and why.

    The reasons are `leaving`, and what is wrong with the database.
    """
    words = _why_not()
    answer = HttpResponse(f"{words or 'ready'}\n", content_type="text/plain")
    if words:
        answer.status_code = 503
        # A probe may ask each second, and a 503 for it is not an error of the site.
        unlogged(answer)
    return answer


def _why_not() -> str | None:
    if not leaving.ready():
        return "leaving"
    try:
        words = _why_no_database()
    except (DatabaseError, sqlite3.Error) as error:
        trouble.note(error)
        words = trouble_in(error) or UNREADABLE
    return f"the database {words}" if words else None


def _why_no_database() -> str | None:
    """Return what is wrong with the database; no lock is waited for longer than a moment."""
    connection = connections[log_database()]
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and not name.startswith((":", "file:")):
        _use_sqlite(name)
        return None
    with live.reading():
        if connection.vendor != "postgresql":
            return None if Installation.objects.exists() else UNREADABLE
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}")
            cursor.execute(_ON_POSTGRES)
            [read_only] = cursor.fetchone()
        there = Installation.objects.exists()
    return READ_ONLY if there and read_only else None if there else UNREADABLE


def _use_sqlite(path: str) -> None:
    """Read the log, and take the write lock for a moment, on a separate connection."""
    timeout = LOCK_MILLISECONDS / 1000
    opened = sqlite3.connect(existing_file(path), uri=True, timeout=timeout, isolation_level=None)
    with closing(opened) as database:
        if database.execute(_LOG).fetchone() is None:
            raise sqlite3.OperationalError("The installation has no row.")
        database.execute("BEGIN IMMEDIATE")
        database.execute("ROLLBACK")
