"""Protection from foreign documents: allowed addresses, and a process with limits."""
