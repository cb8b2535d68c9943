"""The server's processes, the supervisor that starts them, and the state they share."""
