"""The oracle: reads the committed log from the database, in a process of its own.

It prints one JSON object:
`{stream: {"floor", "events": [[cursor, op, key, version, redacted, item]], "items"}}`.
"""

import json
import sys
from collections.abc import Sequence
from typing import Any

from stoppress import live
from stoppress.live.log.history import read_head
from stoppress.live.models import LoggedEvent


def read_streams(names: Sequence[str]) -> dict[str, Any]:
    """Return logs and fresh snapshots, all read in one transaction."""
    logs = {}
    with live.reading():
        for name in names:
            rows = LoggedEvent.objects.filter(stream=name).order_by("position")
            logs[name] = {
                "floor": str(read_head(name).floor),
                "events": [
                    [f"{r.position}-{r.link}", r.op, r.key, r.version, r.redacted, r.item]
                    for r in rows
                ],
                "items": live.snapshot(name).items,
            }
    return logs


def main(names: Sequence[str]) -> int:
    """Print the logs of some streams; return the exit status."""
    json.dump(read_streams(names), sys.stdout)
    return 0
