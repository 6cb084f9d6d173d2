"""What Steward serves over HTTP: hooks that other systems call, and its health."""
