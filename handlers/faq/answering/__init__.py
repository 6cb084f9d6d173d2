"""When the bot speaks, what it says, and when it keeps silent."""
