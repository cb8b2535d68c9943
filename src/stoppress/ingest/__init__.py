"""Ingest: news from feeds, made into articles through the newsroom's verbs."""
