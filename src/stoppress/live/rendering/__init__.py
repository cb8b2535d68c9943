"""Views: items rendered by a site's template, as trees that page and event share."""
