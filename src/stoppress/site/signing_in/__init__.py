"""Signing in: password hashing that nobody else waits for, and a throttle of wrong passwords."""
