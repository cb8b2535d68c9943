"""Protection from foreign documents: allowed addresses to fetch from, and process limits."""
