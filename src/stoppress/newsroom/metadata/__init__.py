"""What pages and documents say to search engines, link previews and other papers."""
