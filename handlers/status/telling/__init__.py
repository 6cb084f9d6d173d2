"""Everybody else who is told: subscribers, other channels, whoever watches over the bot."""
