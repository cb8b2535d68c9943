"""The tutorials' recipe on uvicorn."""

from functools import partial

from . import tutorial

start = partial(tutorial.start, server="uvicorn")
missing = partial(tutorial.missing, "uvicorn")
