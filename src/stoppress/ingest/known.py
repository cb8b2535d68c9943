"""A known item of a source. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Known:
    """What is stored about an item: its names, a hash of each text, and its date."""

    key: str
    fingerprint: Mapping[str, str]
    id_alias: str = ""
    link_alias: str = ""
    published: datetime | None = None
