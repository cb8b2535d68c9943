"""The audit of backups and restores."""

import logging
from pathlib import Path
from typing import Any

from django.db import DatabaseError, transaction

from stoppress.newsroom.language import in_english
from stoppress.newsroom.models import AuditEntry

from .record import Thing, is_audited, record

logger = logging.getLogger("stoppress.newsroom.auditing")


def record_backup(file: Path, using: str, **_: Any) -> None:
    """Record that the database was copied into a file."""
    _record(AuditEntry.Act.BACKED_UP, file, using)


def record_restore(file: Path, using: str, **_: Any) -> None:
    """Record that a backup has replaced the database's contents, these entries included."""
    _record(AuditEntry.Act.RESTORED, file, using)


def _record(act: AuditEntry.Act, file: Path, using: str) -> None:
    if not is_audited(using):
        return
    try:
        with transaction.atomic(using):
            record(act, Thing("file", name=file.name))
    except DatabaseError as error:
        # The copy exists; a database that is older than the code has no table of the audit yet.
        with in_english():
            logger.warning("%s: not in the audit: %s", act.label, error)
