"""A section or a story in a frame of another site's page."""
