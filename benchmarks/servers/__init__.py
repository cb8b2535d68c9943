"""The servers under test: ours, the C send loop (the floor) and the peers, one per module."""
