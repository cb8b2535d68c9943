"""Search: folded letters, a query's meaning, the articles that it finds, and excerpts of them."""
