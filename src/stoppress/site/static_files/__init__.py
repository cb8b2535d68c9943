"""The site's static files: their sources, their names, and their storage."""
