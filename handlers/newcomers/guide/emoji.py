"""Reactions, whichever skin they have and however they are drawn. Pure."""

import re

BACK, NEXT, STOP, HELLO = "⬅️", "➡️", "⏹️", "👋"
#: An emoji, a skin tone, and the sign that chooses how it is drawn.
_EMOJI = re.compile("(.)[\U0001f3fb-\U0001f3ff]?[\ufe0e\ufe0f]?")


def bare(emoji: str) -> str:
    """The emoji without skin tone and variation; more of them than one are something else."""
    found = _EMOJI.fullmatch(emoji)
    return found[1] if found else emoji
