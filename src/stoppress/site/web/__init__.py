"""The turnkey site's middleware and ASGI wrappers, and its health and metrics views."""
