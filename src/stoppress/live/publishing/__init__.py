"""Publishing: a site declares its streams, and publishes, removes and redacts items."""
