"""Everybody else who is told: subscribers, other channels, whoever watches over the bot."""

from handlers.status.telling.news import News, beyond

__all__ = ["News", "beyond"]
