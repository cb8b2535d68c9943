"""Relays: how a hub hears that the log grew, and how other processes are told."""
