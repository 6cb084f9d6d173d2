"""Alembic's environment for the engine's tables."""
