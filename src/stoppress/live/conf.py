"""The settings of `stoppress.live`: one table, read from Django's `STOPPRESS_LIVE` when used."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Setting:
    """One setting: its default, which gives its type too, and a line of help."""

    default: float
    help: str


SETTINGS: dict[str, Setting] = {
    "HEARTBEAT": Setting(25.0, "seconds between heartbeats"),
    "SAFETY_POLL": Setting(1.0, "seconds between looks at the log without a wake-up"),
    "RELAY_POLL": Setting(0.01, "seconds between looks at SQLite's data_version"),
    "REPLAY_LIMIT": Setting(1000, "events; a reader further behind gets a snapshot"),
    "LAG_EVENTS": Setting(1000, "events; a connected reader further behind is too slow"),
    "LAG_SECONDS": Setting(30.0, "seconds; a connected reader further behind is too slow"),
    "RING_EVENTS": Setting(1000, "events that a process remembers of one stream"),
    "RING_BYTES": Setting(64 * 1024 * 1024, "bytes that a process remembers of all streams"),
    "RING_IDLE": Setting(60.0, "seconds that a process remembers a stream nobody reads"),
    "LOCK_SECONDS": Setting(10.0, "seconds that a publisher waits for a stream's lock"),
    "ITEM_BYTES": Setting(1024 * 1024, "bytes of one item as JSON"),
    "DRAIN_SECONDS": Setting(10.0, "seconds of the window of an orderly leaving"),
}


def get(name: str) -> float:
    """Return a setting's value: the site's where `STOPPRESS_LIVE` has one, else the default."""
    values: dict[str, float] = getattr(settings, "STOPPRESS_LIVE", {})
    return values.get(name, SETTINGS[name].default)


def whole(name: str) -> int:
    """Return a setting that counts something."""
    return int(get(name))
