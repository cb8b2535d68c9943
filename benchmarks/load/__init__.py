"""The load generator, the C send loop (the floor) and the probe; compiled when first needed."""
