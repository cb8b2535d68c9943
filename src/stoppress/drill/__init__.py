"""`stoppress drill`: break a deployment in every way we know; compare its readers with its log."""
