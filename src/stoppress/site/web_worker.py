"""Where a supervisor that was started by 0.1.0 or before looks for its web workers."""

import sys

from .processes.web_worker import main

if __name__ == "__main__":
    sys.exit(main())
