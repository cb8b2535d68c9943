"""The hub: one for each process, it reads the log and wakes the readers."""
