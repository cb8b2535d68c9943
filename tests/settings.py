"""The site's own settings, with a data directory that is thrown away."""

import atexit
import os
import shutil
import tempfile

DATA = tempfile.mkdtemp(prefix="stoppress-tests-")
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
os.environ.setdefault("STOPPRESS_DATA", DATA)

from stoppress.site.accounts import configuration as accounts  # noqa: E402
from stoppress.site.settings import *  # noqa: E402, F403  the directory must be named first
from stoppress.site.settings import DATABASES, LOGGING, MIDDLEWARE, STOPPRESS_LIVE  # noqa: E402
from tests.services import static_files  # noqa: E402

# The tables, for the tests that have its addresses too: tests/site/accounts/conftest.py. All others
# are of a site that has not switched it on.
accounts.switch_on(globals())

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# What is told of a minute at its end would stand among the lines of whichever test runs then.
LOGGING["filters"]["repeats"]["seconds"] = 86_400.0

# All readers of the tests come from one address, at once.
STOPPRESS_LIVE["HANDSHAKES_PER_SECOND"] = 0

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: the hub and other processes read it on connections of their own.
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(DATA, "test.sqlite3")}

# Each test client loads the middleware anew.
MIDDLEWARE[MIDDLEWARE.index(static_files.SITES)] = (
    f"{static_files.StaticFiles.__module__}.{static_files.StaticFiles.__name__}"
)
