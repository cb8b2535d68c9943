"""The memory of rendered pages, which stands outside Django and is emptied by the hub."""
