"""The turnkey site: settings, URLs, ASGI application, server and processes."""
