"""The demo: a homeserver of one's own, on this machine, that needs no account and meets nobody outside."""
