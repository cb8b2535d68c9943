"""The publish API: programs write and read the newspaper through the newsroom's verbs."""
