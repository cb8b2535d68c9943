"""The command: `stoppress serve`, `demo`, `doctor`, `tail` and their like."""
