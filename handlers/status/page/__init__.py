"""The status page, and what goes with it."""
