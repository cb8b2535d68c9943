"""Delivery: each reader's connection and subscriptions, and what all readers of a stream share."""
