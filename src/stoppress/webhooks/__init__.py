"""Webhooks: tell other programs of every public event, signed, in order, and at least once."""
