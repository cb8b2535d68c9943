"""`/metrics`: this server's metrics for Prometheus, summed over all its processes."""

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from hmac import compare_digest

import prometheus_client
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest, multiprocess
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from stoppress.live.readers.limits.failures import Failures
from stoppress.live.readers.limits.request_address import request_address
from stoppress.newsroom.unlogged import unlogged
from stoppress.site.processes.shared_state import METRICS

# The most wrong tokens from one address: 20 in 60 seconds.
WRONG = Failures(20, 60.0)
OURS = ("stoppress_", "process_")
EVENTS = "stoppress_events_total"

BACKGROUND_WORKER = Gauge(
    "stoppress_background_worker",
    "Whether the background worker works here: 1 of all servers of an installation.",
    multiprocess_mode="livesum",
)

RESPONSES = Counter(
    "stoppress_responses", "HTTP responses of the site, by the class of their status.", ["status"]
)

# The `_created` series (when each counter began) are of no use here, and double the page.
prometheus_client.disable_created_metrics()


@dataclass(frozen=True)
class Answer:
    """A response to a request for the metrics."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/plain"})


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with the metrics, unless they have a separate address."""
    if settings.STOPPRESS_METRICS_ADDRESS is not None:
        raise Http404
    authorization = request.headers.get("Authorization", "")
    given = refusal(authorization, request_address(request)) or summed()
    answer = HttpResponse(given.body, status=given.status, headers=given.headers)
    # The first wrong tokens were logged; those over the limit are not.
    return unlogged(answer) if given.status == 429 else answer


def refusal(authorization: str, address: str) -> Answer | None:
    """Return the refusal of a request without the token; None if it may read the metrics.

    Args:
        address: the client's address; wrong tokens are counted by it.
    """
    token: str = settings.STOPPRESS_METRICS_TOKEN
    if not token or compare_digest(authorization.encode(), f"Bearer {token}".encode()):
        return None
    if authorization and (seconds := WRONG.count(address)):
        retry = {"Content-Type": "text/plain", "Retry-After": str(math.ceil(seconds))}
        return Answer(429, b"too many wrong tokens; the right one still works\n", retry)
    headers = {"Content-Type": "text/plain", "WWW-Authenticate": "Bearer"}
    return Answer(401, b"a bearer token is required\n", headers)


def summed() -> Answer:
    """Return the metrics of all processes in Prometheus's text format, read from their files."""
    if METRICS in os.environ and not os.path.isdir(os.environ[METRICS]):
        words = f"{os.environ[METRICS]} was removed; send the supervisor SIGHUP to recreate it\n"
        return Answer(503, words.encode())
    headers = {"Content-Type": prometheus_client.CONTENT_TYPE_PLAIN_0_0_4}
    return Answer(200, generate_latest(_registry()), headers)


class _Ours(Collector):
    """Collects only the metrics of a registry whose names begin with one of `OURS`."""

    def __init__(self, source: CollectorRegistry) -> None:
        self._source = source

    def collect(self) -> Iterator[Metric]:
        for metric in self._source.collect():
            # An ended worker of an older version counted the events in a counter.
            if metric.name.startswith(OURS) and metric.name != EVENTS.removesuffix("_total"):
                # The library sums the counters of processes; this one is a gauge, since each
                # process counts the same events.
                if metric.name == EVENTS:
                    metric.name, metric.type = EVENTS.removesuffix("_total"), "counter"
                yield metric


def _registry() -> CollectorRegistry:
    source: CollectorRegistry = prometheus_client.REGISTRY
    if METRICS in os.environ:
        source = CollectorRegistry()
        multiprocess.MultiProcessCollector(source)
    registry = CollectorRegistry()
    registry.register(_Ours(source))
    return registry
