"""`stoppress drill`: breaks a deployment in 28 ways, and compares its readers with its log."""
