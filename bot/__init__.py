"""Steward, a Matrix bot for member-run communities: the engine. What the bot does stands in `handlers`."""
