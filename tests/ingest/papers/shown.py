"""Print what a paper shows, as JSON: `python -m tests.ingest.papers.shown`."""

import json
import sys

from stoppress.site import setup


def main() -> None:
    setup.load()
    # Its models can be imported only now.
    from . import shown_here

    json.dump(shown_here.shown(), sys.stdout)


if __name__ == "__main__":
    main()
