"""Encryption: nio's Olm machine, with what it leaves out (see each file's first line)."""
