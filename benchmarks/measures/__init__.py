"""What is measured. Each module's `run(setting)` is one round, and returns the raw samples."""
