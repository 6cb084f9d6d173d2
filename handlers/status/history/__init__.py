"""How it was: spans, uptime, pictures, and the story of an incident."""
