"""Greeting newcomers: once for good, after a while, together, and not at all when too many come at once."""
