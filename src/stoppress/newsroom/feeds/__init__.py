"""Feeds: what the paper publishes as RSS, Atom and JSON Feed."""
