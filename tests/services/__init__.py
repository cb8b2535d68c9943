"""Real servers and a real browser for the tests: finds, starts and stops them."""
