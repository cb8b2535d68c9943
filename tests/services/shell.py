"""Runs code on a server's data, one piece after another: `python -m tests.services.shell`.

Reads a line for each, a string of JSON, and answers with one: whether it ended well, and what it
printed. The code has the names that `manage shell` gives it.
"""

import json
import sys
import traceback
from contextlib import redirect_stdout
from io import StringIO

from stoppress.site import setup


def main() -> None:
    setup.load()
    # Models are there only once Django is loaded.
    from django.core.management.commands.shell import Command
    from django.db import connections

    names = Command().get_namespace(verbosity=0)
    for line in sys.stdin:
        printed, ended = StringIO(), True
        with redirect_stdout(printed):
            try:
                exec(json.loads(line), dict(names))
            except Exception:
                ended = False
                traceback.print_exc(file=printed)
        # The next code may find another database in the same place.
        connections.close_all()
        print(json.dumps([ended, printed.getvalue()]), flush=True)


if __name__ == "__main__":
    main()
