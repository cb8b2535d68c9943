"""Search: folding letters, parsing queries, finding articles, and excerpts."""
