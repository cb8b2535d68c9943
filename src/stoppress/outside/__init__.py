"""Requests to other servers, with limits and only to allowed addresses; a process with limits."""
