"""Measuring the services from the bot's own machine."""
