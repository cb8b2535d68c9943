"""The turnkey site: settings from the environment, urls, asgi and the `stoppress` command."""
