"""`stoppress conform`: look, and say in words what was found."""

import asyncio
import sys
from collections.abc import Sequence

from .conform import Unreachable, conform


def run(url: str, streams: Sequence[str], seconds: float) -> int:
    """Print the report; return 0 where no rule was broken, else 1."""
    try:
        report = asyncio.run(conform(url, list(dict.fromkeys(streams)), seconds))
    except (ValueError, Unreachable) as error:
        print(f"stoppress conform: {error}", file=sys.stderr)
        return 1
    for line in report.lines():
        print(line)
    return 1 if report.broken() else 0
