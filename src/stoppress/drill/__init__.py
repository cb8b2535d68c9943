"""`stoppress drill`: breaks a deployment in 25 ways, and compares its readers with its log."""
