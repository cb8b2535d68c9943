"""The oracle: what the committed log holds, read from the database by a process of its own.

`python -m stoppress.drill.oracle STREAM…` prints one JSON object of the installation of the
environment: `{stream: {"floor", "events": [[cursor, op, key, version, redacted, item]], "items"}}`.
"""

import json
import sys
from typing import Any

from stoppress.site import setup


def read_streams(names: list[str]) -> dict[str, Any]:
    """Return logs and fresh snapshots, all of one state of the database."""
    # Django must be loaded before its models.
    from stoppress import live
    from stoppress.live.log.history import read_head
    from stoppress.live.log.reading import reading
    from stoppress.live.models import LoggedEvent

    told = {}
    with reading():
        for name in names:
            rows = LoggedEvent.objects.filter(stream=name).order_by("position")
            told[name] = {
                "floor": str(read_head(name).floor),
                "events": [
                    [f"{r.position}-{r.link}", r.op, r.key, r.version, r.redacted, r.item]
                    for r in rows
                ],
                "items": live.snapshot(name).items,
            }
    return told


if __name__ == "__main__":
    setup.load()
    json.dump(read_streams(sys.argv[1:]), sys.stdout)
