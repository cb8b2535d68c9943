"""The turnkey site: settings from the environment, urls, asgi, the server and its processes."""
