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
    "Events that were not delivered yet, of the enabled webhook that has the most.",
    multiprocess_mode="livemax",
)
