"""A whole paper in one file: what it holds, how it is written, and how it is read back."""
