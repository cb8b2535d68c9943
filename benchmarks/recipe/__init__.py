"""Live news the way tutorials write it: a channel-layer group of readers, told by `post_save`."""
