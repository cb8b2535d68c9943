"""The measurements. Each module's `run(setting)` runs one round and returns the raw samples."""
