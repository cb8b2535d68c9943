"""Sitemaps and robots.txt: which addresses search engines should read, and which not."""
