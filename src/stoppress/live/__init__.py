"""Streams: durable, ordered logs of events, and a hub that delivers them to every open page.

A site declares its streams in a `streams` module, publishes inside its own transactions, and puts
`{% live_feed %}` on a page:

    with live.atomic():
        goal.save()
        live.publish("scores", "goal.scored", {"key": f"goal:{goal.pk}", "order": "2026-11-28"})

Every reader's page then follows the log: each event once, in order, after any disconnection.
"""

from importlib import import_module

# Django imports this package before models can be imported: names that need models are imported
# at first use. Their types are in `__init__.pyi`.
_HOME = {
    "InvalidItem": "errors",
    "InvalidView": "errors",
    "LiveError": "errors",
    "LiveModel": "publishing.live_model",
    "LiveQuerySet": "publishing.queryset",
    "Snapshot": "publishing.snapshots",
    "StreamBusy": "errors",
    "UnknownStream": "errors",
    "apublish": "publishing.verbs",
    "asgi": "application",
    "atomic": "log.transaction",
    "publish": "publishing.verbs",
    "reading": "log.reading",
    "redact": "publishing.verbs",
    "remove": "publishing.verbs",
    "retell": "publishing.verbs",
    "shared_page": "shared_pages.decorator",
    "shows": "shared_pages.decorator",
    "snapshot": "publishing.snapshots",
    "stream": "publishing.registry",
    "touch": "publishing.touch",
    "view": "publishing.view",
}

__all__ = list(_HOME)


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
