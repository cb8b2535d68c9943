"""An item of a source, as it is remembered. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Known:
    """What is remembered of an item: its names, a hash of each text, and its date."""

    key: str
    fingerprint: Mapping[str, str]
    id_alias: str = ""
    link_alias: str = ""
    published: datetime | None = None
