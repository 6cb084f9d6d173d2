"""Hypothesis for all unit tests: no deadline, since workers share few cores."""

from hypothesis import settings

settings.register_profile("steward", deadline=None)
settings.load_profile("steward")
