"""System checks of the settings that relays need."""

from typing import Any

from channels.layers import channel_layers
from django.core.checks import CheckMessage, Error, register
from django.db import connections
from django.utils.module_loading import import_string

from stoppress.live import conf

from . import layer as layer_relay


@register("stoppress")
def check_layer(**_: Any) -> list[CheckMessage]:
    """Check that the Channels layer for wake-ups exists and can be imported."""
    alias = conf.text("CHANNEL_LAYER")
    if alias != "default" and alias not in channel_layers:
        return [
            Error(
                f"STOPPRESS_LIVE['CHANNEL_LAYER'] is {alias!r}; CHANNEL_LAYERS has no such layer.",
                hint="Name an existing layer, or remove the setting.",
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
    """Check that the database for LISTEN is PostgreSQL."""
    alias = conf.text("LISTEN_DATABASE")
    if not alias or (alias in connections and connections[alias].vendor == "postgresql"):
        return []
    return [
        Error(
            f"STOPPRESS_LIVE['LISTEN_DATABASE'] is {alias!r}, which is not a PostgreSQL database "
            "of DATABASES.",
            hint="Name an alias that connects to the log's database directly, not by a pooler.",
            id="stoppress.E022",
        )
    ]
