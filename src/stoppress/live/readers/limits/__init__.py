"""Limits: how many readers may connect, by address and in all, for a whole server."""
