"""The demo newsroom: an invented town whose newspaper writes itself from a fixed seed."""
