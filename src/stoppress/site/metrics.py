"""`/metrics`: what this server counts, all of its processes summed, for Prometheus."""

import math
import os
from collections.abc import Iterator
from hmac import compare_digest

import prometheus_client
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Gauge, generate_latest, multiprocess
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from stoppress.live.limits.failures import Failures
from stoppress.live.limits.request_address import request_address

from .shared_state import METRICS

# Wrong tokens of one address in a minute.
WRONG = Failures(20, 60.0)
OURS = ("stoppress_", "process_")

BACKGROUND_WORKER = Gauge(
    "stoppress_background_worker",
    "Whether the background worker works here: 1 of all servers of an installation.",
    multiprocess_mode="livesum",
)

# When each counter began is none of a graph's business, and doubles the page.
prometheus_client.disable_created_metrics()


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with the metrics in Prometheus's text format.

    Where `STOPPRESS_METRICS_TOKEN` is set, only to who sends it as a bearer token.
    """
    token: str = settings.STOPPRESS_METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    if token and not compare_digest(given.encode(), f"Bearer {token}".encode()):
        return _refusal(WRONG.count(request_address(request)) if given else 0.0)
    if METRICS in os.environ and not os.path.isdir(os.environ[METRICS]):
        words = f"{os.environ[METRICS]} was removed; SIGHUP to the supervisor makes it anew\n"
        return HttpResponse(words, status=503, content_type="text/plain")
    return HttpResponse(
        generate_latest(_registry()), content_type=prometheus_client.CONTENT_TYPE_PLAIN_0_0_4
    )


def _refusal(seconds: float) -> HttpResponse:
    """Answer a wrong token.

    Args:
        seconds: for which its address has sent too many; 0 where it has not.
    """
    if not seconds:
        words, status, headers = "metrics need their token\n", 401, {"WWW-Authenticate": "Bearer"}
    else:
        words, status = "too many wrong tokens; the right one still works\n", 429
        headers = {"Retry-After": str(math.ceil(seconds))}
    answer = HttpResponse(words, status=status, content_type="text/plain", headers=headers)
    # The wrong ones before were told of (django.utils.log).
    answer._has_been_logged = bool(seconds)  # type: ignore[attr-defined]
    return answer


class _Ours(Collector):
    """Of all that a registry collects, what an operator of this server asks for."""

    def __init__(self, source: CollectorRegistry) -> None:
        self._source = source

    def collect(self) -> Iterator[Metric]:
        return (metric for metric in self._source.collect() if metric.name.startswith(OURS))


def _registry() -> CollectorRegistry:
    source: CollectorRegistry = prometheus_client.REGISTRY
    if METRICS in os.environ:
        source = CollectorRegistry()
        multiprocess.MultiProcessCollector(source)
    registry = CollectorRegistry()
    registry.register(_Ours(source))
    return registry
