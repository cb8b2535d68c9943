"""The oracle: what a server's log holds, read from its database by another process."""

import json
from typing import Any

from tests.services.serve import Server

READ = """
import json
from stoppress import live
from stoppress.live.models import LoggedEvent
events = LoggedEvent.objects.filter(stream={stream!r}).order_by("position")
print(json.dumps([[f"{{e.position}}-{{e.link}}", e.key, e.op, e.redacted, e.item] for e in events]))
print(json.dumps(live.snapshot({stream!r}).items))
"""


def log_of(server: Server, stream: str = "news") -> tuple[list[list[Any]], list[dict[str, Any]]]:
    """Return a stream's events as `[cursor, key, op, redacted, item]`, and its fresh items."""
    told = server.shell(READ.format(stream=stream)).splitlines()
    return json.loads(told[-2]), json.loads(told[-1])
