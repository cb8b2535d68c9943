"""The types of what `__init__.py` imports at first use."""

from .application import asgi as asgi
from .errors import InvalidItem as InvalidItem
from .errors import InvalidView as InvalidView
from .errors import LiveError as LiveError
from .errors import StreamBusy as StreamBusy
from .errors import UnknownStream as UnknownStream
from .log.reading import reading as reading
from .log.transaction import atomic as atomic
from .publishing.live_model import LiveModel as LiveModel
from .publishing.queryset import LiveQuerySet as LiveQuerySet
from .publishing.registry import stream as stream
from .publishing.snapshots import Snapshot as Snapshot
from .publishing.snapshots import snapshot as snapshot
from .publishing.touch import touch as touch
from .publishing.verbs import apublish as apublish
from .publishing.verbs import publish as publish
from .publishing.verbs import redact as redact
from .publishing.verbs import remove as remove
from .publishing.verbs import retell as retell
from .publishing.view import view as view
from .shared_pages.decorator import shared_page as shared_page
from .shared_pages.decorator import shows as shows
