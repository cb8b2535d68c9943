"""Pages for frames on other sites: a section, an article or a live story."""
