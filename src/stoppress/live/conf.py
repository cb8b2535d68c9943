"""The settings of `stoppress.live`: one table, read from Django's `STOPPRESS_LIVE` when used."""

from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver


@dataclass(frozen=True)
class Setting:
    """One setting: its default, which also defines its type, a line of help, and its limits.

    A count is `least` or more. A duration, whose default is a float, is always above 0.
    """

    default: float | str | tuple[str, ...]
    help: str
    least: int = 0
    most: float = inf

    def wanted(self, value: object) -> str | None:
        """Return the rule that a number breaks, in words; None if `value` is valid."""
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else -1
        end = f", and {self.most:g} at most" if self.most < inf else ""
        if isinstance(self.default, int):
            valid = self.least <= number <= self.most and number % 1 == 0
            return None if valid else f"a whole number, {self.least} or more{end}"
        valid = 0 < number <= self.most and number < inf
        return None if valid else f"a number above 0{end}"


SETTINGS: dict[str, Setting] = {
    "HEARTBEAT": Setting(
        25.0, "seconds between heartbeats; a proxy must wait for longer", most=300
    ),
    "SAFETY_POLL": Setting(1.0, "seconds between polls of the log without a wake-up", most=60),
    "RELAY_POLL": Setting(
        0.01,
        "seconds between polls of SQLite's data_version; four times that while there are no "
        "commits, and only the safety poll's where the system reports writes to files",
        most=60,
    ),
    "REPLAY_LIMIT": Setting(1000, "events; a reader further behind gets a snapshot"),
    "LAG_EVENTS": Setting(
        1000, "events; a reader that accepts nothing and is further behind is closed"
    ),
    "LAG_SECONDS": Setting(
        30.0, "seconds; a reader that accepts nothing for as long is closed", most=3600
    ),
    "RING_EVENTS": Setting(1000, "events that a process remembers of one stream"),
    "RING_BYTES": Setting(
        64 * 1024 * 1024,
        "bytes that a process remembers of all streams: events, snapshots and replay pages",
    ),
    "RING_IDLE": Setting(60.0, "seconds that a process remembers a stream nobody reads"),
    "LOCK_SECONDS": Setting(8.0, "seconds that a publisher waits for a stream's lock", most=300),
    "ITEM_BYTES": Setting(1024 * 1024, "bytes of one item as JSON", least=1),
    "BUILD": Setting(
        "",
        "the build of the site: a page of another build offers to reload; empty: the version of "
        "Stop Press and the hash of the static files' manifest",
    ),
    "LOCALE": Setting(
        "",
        "the language and the time zone of the site's pages, which are part of the build; empty: "
        "LANGUAGE_CODE and TIME_ZONE",
    ),
    "RENDER_ERRORS": Setting(
        "raise",
        "what an error in a template does: raise, to fail the transaction, or log, to keep the "
        "view that was published last",
    ),
    "DRAIN_SECONDS": Setting(
        10.0, "seconds within which readers reconnect at a shutdown, at most", most=600
    ),
    "DRAIN_RATE": Setting(
        1000, "readers a second of each process that reconnect at a shutdown; 0 is no limit"
    ),
    "POLL_SECONDS": Setting(2.0, "seconds a poll's answer asks to wait for the next", most=60),
    "RECHECK_SECONDS": Setting(
        60.0,
        "seconds after which the permission of a private stream's reader is checked again",
        most=3600,
    ),
    "MAX_READERS": Setting(20_000, "readers of the whole server; 0 is no limit"),
    "MAX_READERS_PER_ADDRESS": Setting(200, "readers of one address; 0 is no limit"),
    "HANDSHAKES_PER_SECOND": Setting(
        50, "new readers a second of one address, after HANDSHAKE_BURST at once; 0 is no limit"
    ),
    "HANDSHAKE_BURST": Setting(400, "new readers of one address at once"),
    "REPLAY_BYTES_PER_SECOND": Setting(
        4 * 1024 * 1024,
        "bytes a second replayed to one address beyond ordinary joins, after eight seconds' "
        "worth at once; 0 is no limit",
    ),
    "ALLOWED_ORIGINS": Setting(
        (),
        "origins of other sites whose pages may read the streams, such as https://app.example; "
        "* is every one",
    ),
    "READER": Setting(
        "",
        "the dotted path of a function(token, scope) that returns the user whom a bearer token "
        "stands for, or None",
    ),
    "TRUSTED_PROXIES": Setting(
        (), "addresses or networks whose forwarding headers count; unix for a socket file's"
    ),
    "KEEP_EVENTS": Setting(
        10_000, "events that trimming keeps of each stream that is not quiet, at the least"
    ),
    "KEEP_HOURS": Setting(48, "hours of events that trimming keeps, at the least"),
    "KEEP_QUIET_DAYS": Setting(
        30, "days without an event after which trimming keeps none of a stream; 0: no such rule"
    ),
    "LISTEN_DATABASE": Setting(
        "", "alias of the direct connection for PostgreSQL's LISTEN; empty: the log's own"
    ),
    "CHANNEL_LAYER": Setting("default", "alias of the channel layer that carries wake-ups"),
}


# Read several times for each reader; reading Django's settings takes a microsecond each time.
_remembered = lru_cache(maxsize=len(SETTINGS))


@_remembered
def get(name: str) -> float:
    """Return a number: the one in `STOPPRESS_LIVE`, or else the default."""
    return float(_value(name))


@_remembered
def whole(name: str) -> int:
    """Return a setting that is a count."""
    return int(_value(name))


@_remembered
def text(name: str) -> str:
    """Return a setting that is text."""
    return str(_value(name))


@_remembered
def words(name: str) -> tuple[str, ...]:
    """Return a setting that is a list of texts."""
    return tuple(_value(name))


def _value(name: str) -> Any:
    return getattr(settings, "STOPPRESS_LIVE", {}).get(name, SETTINGS[name].default)


@receiver(setting_changed)
def _forget(setting: str, **_: Any) -> None:
    if setting == "STOPPRESS_LIVE":
        for remembered in (get, whole, text, words):
            remembered.cache_clear()
