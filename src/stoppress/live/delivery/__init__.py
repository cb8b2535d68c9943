"""Delivery: each reader's connection, and what the readers of a stream share."""
