"""`stoppress drill`: break a scratch deployment, or disturb a running one from outside."""

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence

from django.core.exceptions import ImproperlyConfigured

from stoppress.live.shown_url import shown_url
from stoppress.site import service_urls

from . import report
from .backend import Backend
from .drilling import drill, end_on_signals
from .faults import FAULTS, Fault
from .outcome import Outcome
from .outside import drill_from_outside
from .stage import FAST, FULL, Scale

READERS_OUTSIDE = 60


def run_drill(options: Namespace) -> int:
    """Run the drill; return 1 if any fault failed, else 0."""
    if options.list:
        for fault in FAULTS:
            print(f"{fault.number:>3} {fault.name}")
        return 0
    chosen = [fault for fault in FAULTS if not options.only or fault.number in options.only]
    end_on_signals()
    outcomes: list[Outcome] = []
    for outcome in _outcomes(options, chosen):
        outcomes.append(outcome)
        print(report.line(outcome), flush=True)
    print(report.summary(outcomes))
    if options.json:
        written = [outcome.as_json() for outcome in outcomes]
        options.json.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n")
    if options.markdown:
        options.markdown.write_text(report.table(outcomes))
    return 1 if any(outcome.verdict == "fail" for outcome in outcomes) else 0


def _outcomes(options: Namespace, chosen: Sequence[Fault]) -> Iterator[Outcome]:
    if options.url:
        if "@" in options.url:
            raise ImproperlyConfigured("--url: give the address without a user and a password")
        url = shown_url(options.url)
        print(f"Drilling {url} from outside: nothing is killed, nothing is published.")
        return drill_from_outside(options.url, options.readers or READERS_OUTSIDE)
    base = FAST if options.fast else FULL
    scale = Scale(
        readers=options.readers or base.readers,
        mutations=options.mutations or base.mutations,
        absence=base.absence,
        crowd=base.crowd,
        stride=base.stride,
    )
    if options.database_url:
        service_urls.database("--database-url", options.database_url)
    if options.redis_url:
        service_urls.redis("--redis-url", options.redis_url)
    backend = Backend(options.database_url, options.redis_url)
    print(
        f"Drilling a scratch deployment on {backend.name}: {len(chosen)} faults, "
        f"{scale.readers} readers, {scale.mutations} mutations each.",
        flush=True,
    )
    return drill(chosen, backend, scale, _begun)


def _begun(fault: Fault) -> None:
    if sys.stdout.isatty():
        print(f"… {fault.number:>2} {fault.name}", end="\r", flush=True)
