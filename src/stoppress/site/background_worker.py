"""Where a supervisor that was started by 0.1.0 or before looks for its background worker."""

import sys

from .background.process import main

if __name__ == "__main__":
    sys.exit(main())
