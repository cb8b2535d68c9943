"""The Prometheus metrics of webhooks; the background worker counts them."""

from prometheus_client import Counter, Gauge

DELIVERIES = Counter(
    "stoppress_webhook_deliveries", "Attempts to deliver a message, by result.", ["result"]
)
FAILING = Gauge(
    "stoppress_webhooks_failing",
    "Enabled webhooks whose last attempt failed.",
    multiprocess_mode="livesum",
)
BEHIND = Gauge(
    "stoppress_webhook_events_behind",
    "Events not delivered yet, for the enabled webhook with the most of them.",
    multiprocess_mode="livemax",
)
