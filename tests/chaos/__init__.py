"""Faults on purpose: a proxy that misbehaves, a bot that dies at any step, databases and clocks that fail it."""
