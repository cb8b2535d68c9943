"""Backups: a copy of the whole installation, and putting one back under live readers."""
