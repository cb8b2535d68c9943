"""A body: what was written in it, read as a tree of a closed set of elements, and as HTML."""
