"""The names of streams."""

import re

NAME = re.compile(r"[a-z0-9][a-z0-9:_-]{0,63}")
# The prefix of `live`'s own streams.
OWN = "live:"
