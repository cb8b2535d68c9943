"""Metadata of pages and articles for search engines, link previews and other papers."""
