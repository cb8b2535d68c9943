"""A process of the drill that loads Django, for the installation that the environment names.

`python -m stoppress.drill.process oracle STREAM…` or `… publisher COUNT`.
"""

import sys
from collections.abc import Sequence

from stoppress.site import setup


def main(arguments: Sequence[str]) -> int:
    """Load Django, and run the oracle or the publisher; return the exit status."""
    setup.load()
    # Their models can be imported only now.
    from . import oracle, publisher

    name, *rest = arguments
    return {"oracle": oracle.main, "publisher": publisher.main}[name](rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
