"""The web worker under its old name, which a supervisor of version 0.1.0 or older starts."""

import sys

from .processes.web_worker import main

if __name__ == "__main__":
    sys.exit(main())
