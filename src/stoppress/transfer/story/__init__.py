"""Export a public story as static files, which need neither a server nor a script."""
