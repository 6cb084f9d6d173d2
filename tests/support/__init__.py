"""What the tests drive the bot with: people, a running bot, a homeserver."""
