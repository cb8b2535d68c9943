"""The world outside: allowed addresses, requests with limits, and a process with limits."""
