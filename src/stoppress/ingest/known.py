"""An item of a source, as it is remembered. Pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Known:
    """What is remembered of an item: its names, a hash of each text, and how often it changed."""

    key: str
    fingerprint: dict[str, str]
    id_alias: str = ""
    link_alias: str = ""
    published: datetime | None = None
    revisions: int = 0
