"""The log: one row for each event, in the site's own database."""
