"""Budgets in seconds: what a reader waits for, measured in a real browser over a slow line."""
