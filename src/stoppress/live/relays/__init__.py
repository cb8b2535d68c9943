"""Relays: they wake the hub when another process has written to the log."""
