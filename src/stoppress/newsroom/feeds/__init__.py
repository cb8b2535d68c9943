"""Feeds: the published articles as RSS, Atom and JSON Feed."""
