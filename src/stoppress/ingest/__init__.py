"""Ingest: polls feeds, and publishes their entries as articles through the newsroom's verbs."""
