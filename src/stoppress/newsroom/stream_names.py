"""Names and sizes of the newsroom's streams, for the code that publishes and that shows them."""

# Items of a list.
LIMIT = 30
BREAKING = "breaking"
# The newest key events of all live stories.
KEYS, KEYS_LIMIT = "keys", 7
# For programs: every public event once, with the whole article.
WIRE = "wire"
