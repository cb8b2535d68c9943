"""The servers under test: ours, the floor and the peers. Each module starts one, alone."""
