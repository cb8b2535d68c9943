"""Move papers: write and read archives, import from other software, export a story as files."""
