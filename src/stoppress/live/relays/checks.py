"""System checks of what carries wake-ups from process to process."""

from typing import Any

from channels.layers import channel_layers
from django.core.checks import CheckMessage, Error, register
from django.db import connections
from django.utils.module_loading import import_string

from stoppress.live import conf

from . import layer as layer_relay


@register("stoppress")
def check_layer(**_: Any) -> list[CheckMessage]:
    """Check that the Channels layer that is to carry wake-ups is there."""
    alias = conf.text("CHANNEL_LAYER")
    if alias != "default" and alias not in channel_layers:
        return [
            Error(
                f"STOPPRESS_LIVE['CHANNEL_LAYER'] is {alias!r}; CHANNEL_LAYERS has no such layer.",
                hint="Name one that is there, or leave the setting out.",
                id="stoppress.E020",
            )
        ]
    if not layer_relay.configured():
        return []
    backend = str(channel_layers.configs[alias].get("BACKEND"))
    try:
        import_string(backend)
    except ImportError as error:
        hint = "For Redis or Valkey: pip install 'stop-press[redis]'"
        return [
            Error(
                f"The Channels layer {alias!r} cannot be imported: {error}",
                hint=hint,
                id="stoppress.E021",
            )
        ]
    return []


@register("stoppress")
def check_listen_database(**_: Any) -> list[CheckMessage]:
    """Check that the connection that is to LISTEN is one to PostgreSQL."""
    alias = conf.text("LISTEN_DATABASE")
    if not alias or (alias in connections and connections[alias].vendor == "postgresql"):
        return []
    return [
        Error(
            f"STOPPRESS_LIVE['LISTEN_DATABASE'] is {alias!r}, which is no PostgreSQL database "
            "of DATABASES.",
            hint="Name an alias there that goes to the log's database directly, past any pooler.",
            id="stoppress.E022",
        )
    ]
