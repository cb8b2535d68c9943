"""An article's body: its text, read as a tree of a closed set of elements, and as HTML."""
