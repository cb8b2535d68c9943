"""The HTTP server: uvicorn, its sockets, and the protocol classes that read requests."""
