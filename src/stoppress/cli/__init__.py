"""The `stoppress` command and its subcommands: `serve`, `demo`, `doctor`, `tail` and others."""
