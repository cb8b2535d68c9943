"""Tell a stream anew: its log begins again, so that every reader gets a snapshot."""

from stoppress.live.database import log_database
from stoppress.live.models import StreamHead

from .marks import Retelling
from .transaction import mark
from .trimming import BATCH_EVENTS, trim_stream


def retell_stream(name: str, using: str | None = None) -> None:
    """Move a stream to a cursor that no reader has, with nothing before it.

    Open pages, pages in caches, and readers that come back are sent what the stream holds now. Its
    events are deleted: each shows an item as it was rendered then.

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
