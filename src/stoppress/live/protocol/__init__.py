"""The protocol: cursors, frames, items and queries. This package does no I/O."""
