"""The transports: WebSocket, SSE and poll, and where a site mounts them."""
