"""The site's static files: where they come from, under which names, and how they are kept."""
