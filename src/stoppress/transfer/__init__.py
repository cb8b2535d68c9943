"""Moves papers: archives out and in, papers of other software in, a story as static files."""
