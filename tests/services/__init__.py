"""Real servers and a real browser for the tests: found, started, stopped."""
