"""Signing in: password hashing that blocks no other request, and a throttle of wrong passwords."""
