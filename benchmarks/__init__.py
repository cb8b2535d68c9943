"""The benchmarks: `make bench`. Each figure is a ratio to something in the same run."""
