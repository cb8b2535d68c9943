"""A whole paper in one file: the format, and how it is written and read."""
