"""Readers: whom a request comes from, what it may read, and how many may come."""
