"""Backups: copy the whole installation, and restore a copy while readers stay connected."""
