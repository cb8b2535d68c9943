"""Webhooks: send every public event to other programs, signed, in order, and at least once."""
