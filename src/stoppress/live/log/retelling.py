"""Retell a stream: restart its log, so that every reader gets a snapshot."""

from stoppress.live.database import log_database
from stoppress.live.models import StreamHead

from .marks import Retelling
from .transaction import mark
from .trimming import BATCH_EVENTS, trim_stream


def retell_stream(name: str, using: str | None = None) -> None:
    """Move a stream to a cursor that no reader has, and delete all events before it.

    Open pages, cached pages and returning readers then get the stream's present items. The old
    events are deleted because their items have the old rendering.

    Raises:
        StreamBusy: another transaction held the stream's lock for too long. Events may have been
            deleted; call it again.
    """
    alias = using or log_database()
    heads = StreamHead.objects.using(alias).filter(name=name)
    # Most events go in short transactions, so that no publisher waits for long.
    while heads.exists() and trim_stream(name, 0, None, alias) == BATCH_EVENTS:
        pass
    mark(Retelling(name), alias)
