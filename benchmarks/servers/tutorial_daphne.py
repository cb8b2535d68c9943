"""The tutorials' recipe on daphne, the server that Channels' own documentation takes."""

from functools import partial

from . import tutorial

start = partial(tutorial.start, server="daphne")
missing = partial(tutorial.missing, "daphne")
