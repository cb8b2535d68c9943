"""`stoppress conform`: check a server and print a report."""

import asyncio
import sys
from argparse import Namespace

from .conform import Unreachable, conform


def run(options: Namespace) -> int:
    """Print the report; return 0 if no rule was broken, else 1."""
    streams = list(dict.fromkeys(options.stream or ["news"]))
    try:
        report = asyncio.run(conform(options.url, streams, options.seconds))
    except (ValueError, Unreachable) as error:
        print(f"stoppress conform: {error}", file=sys.stderr)
        return 1
    for line in report.lines():
        print(line)
    return 1 if report.broken() else 0
