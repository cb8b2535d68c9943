"""The outside: from which addresses we fetch, and what a process may use that reads what came."""
