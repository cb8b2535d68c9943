"""The load generator, the floor and the probe: in C, compiled when first needed."""
