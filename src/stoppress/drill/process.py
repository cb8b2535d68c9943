"""A process of the drill with Django loaded, on the installation of the environment.

`python -m stoppress.drill.process oracle STREAM…` or `… publisher COUNT`.
"""

import sys
from collections.abc import Sequence

from stoppress.site import setup


def main(arguments: Sequence[str]) -> int:
    """Load Django and run one of the two; return the exit status."""
    setup.load()
    # Models are there only now.
    from . import oracle, publisher

    name, *rest = arguments
    return {"oracle": oracle.main, "publisher": publisher.main}[name](rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
