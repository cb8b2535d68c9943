"""The background worker: polls sources, publishes due articles, trims old events."""
