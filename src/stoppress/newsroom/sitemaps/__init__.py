"""Sitemaps and robots.txt: the addresses that search engines should or should not read."""
