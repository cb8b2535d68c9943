"""Names and sizes of the newsroom's streams, for those who tell them and those who show them."""

# Items of a list.
LIMIT = 30
BREAKING = "breaking"
# The newest key events of all live stories.
KEYS, KEYS_LIMIT = "keys", 7
# Every public event once, for programs.
WIRE = "wire"
