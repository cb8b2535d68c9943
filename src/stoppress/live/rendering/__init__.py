"""Views: what a site's template makes of an item, as a tree that page and event share."""
