"""How the parts are installed: Python packages by hash, Node packages by integrity, each part once."""
