"""Readers: who sends a request, what they may read, and how many may connect."""
