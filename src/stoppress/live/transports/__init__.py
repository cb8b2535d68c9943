"""The transports: WebSocket, SSE and poll, and the addresses where a site mounts them."""
