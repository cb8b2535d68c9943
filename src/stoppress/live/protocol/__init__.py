"""The protocol: cursors, frames, items and queries, without input or output."""
