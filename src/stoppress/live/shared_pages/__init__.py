"""A cache of rendered pages, in front of Django. The hub's events invalidate it."""
