"""The publish API: programs read and write articles over HTTP, through the newsroom's verbs."""
