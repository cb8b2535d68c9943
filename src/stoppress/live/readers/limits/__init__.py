"""Limits: how many readers may come, of one address and in all, for a whole server."""
