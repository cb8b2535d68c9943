"""Names of streams."""

import re

NAME = re.compile(r"[a-z0-9][a-z0-9:_-]{0,63}")
# What the names of `live`'s own streams begin with.
OWN = "live:"
