"""The hub: one for each process. It reads the log and sends new events to the readers."""
