"""Reads WordPress's export (WXR) into the paper, its live blogs included."""
