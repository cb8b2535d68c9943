"""The Prometheus metrics of a process about its readers and its log.

The client library's multiprocess mode adds up the processes of a server: an environment variable
must name its directory before this module is imported.
"""

from functools import cache

from prometheus_client import Counter, Gauge, Histogram

READERS = Gauge(
    "stoppress_readers",
    "Connected readers; of those who poll, all that did within POLL_SECONDS.",
    ["transport"],
    multiprocess_mode="livesum",
)
# A counter; several workers report their maximum, since each reads the same events.
EVENTS = Gauge(
    "stoppress_events_total",
    "Events that the hub has read; of several workers, the most that one has.",
    multiprocess_mode="livemax",
)
SNAPSHOTS = Counter("stoppress_snapshots", "Snapshots sent, by reason.", ["reason"])
READS = Counter("stoppress_log_reads", "Database reads of the hubs, by kind.", ["kind"])
LOOKED = Gauge(
    "stoppress_log_looked_timestamp_seconds",
    "When the last successful look at the log began; of several workers, the oldest.",
    ["database"],  # without a label, processes that never look would report 0
    multiprocess_mode="livemin",
)
LOOKS_FAILED = Counter(
    "stoppress_looks_failed",
    "Looks at the log that failed: the database did not answer.",
    ["database"],
)
BUILD = Gauge(
    "stoppress_build_info",
    "1 for each build that runs here.",
    ["build"],
    multiprocess_mode="livemax",
)
PUBLISHED = Counter(
    "stoppress_published", "Events that this server's processes have committed to the log."
)
CLOCK_AHEAD = Gauge(
    "stoppress_clock_ahead_seconds",
    "Seconds that this machine's clock is ahead of the database's; below 0 if it is behind.",
    ["database"],
    multiprocess_mode="livemostrecent",
)
RENDER_ERRORS = Counter(
    "stoppress_render_errors",
    "Errors of templates after which the view that was published last was kept.",
)
REFUSALS = Counter("stoppress_refusals", "Readers refused, by close code.", ["code"])
CLOSES = Counter("stoppress_closes", "Readers closed by the server, by close code.", ["code"])
SAFETY_POLL_FOUND = Counter(
    "stoppress_safety_poll_found", "Events found without a wake-up: the relay has lost it."
)
RELAY_UP = Gauge(
    "stoppress_relay_up", "Whether a relay hears wake-ups.", ["relay"], multiprocess_mode="livemin"
)
RELAY_RECONNECTS = Counter(
    "stoppress_relay_reconnects", "How often a relay had to reconnect.", ["relay"]
)
PUBLISH_TO_PAGE = Histogram(
    "stoppress_publish_to_page_seconds",
    "From publishing to the reader's page, the longest of each heartbeat, reported by readers.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
PAGES = Counter(
    "stoppress_pages",
    "Requests for shared pages, by what answered: memory, shared, django.",
    ["by"],
)
DIVERGENCES = Counter(
    "stoppress_reader_divergences",
    "Readers whose page is at a cursor that this server sent, and that is not in the log.",
)
CLAIMS_REFUSED = Counter(
    "stoppress_reader_claims_refused",
    "Refused reports of readers about their pages, by reason.",
    ["kind"],
)


@cache
def readers(transport: str) -> Gauge:
    """Return the gauge of one transport's readers; cached, as each reader needs it."""
    return READERS.labels(transport)


@cache
def snapshots(reason: str) -> Counter:
    """Return the counter of snapshots with one reason."""
    return SNAPSHOTS.labels(reason)
