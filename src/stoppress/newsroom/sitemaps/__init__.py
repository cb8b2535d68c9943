"""Sitemaps and robots.txt: which addresses search engines are to read, and which they are not."""
