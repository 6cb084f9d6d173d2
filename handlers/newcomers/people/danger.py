"""Who may be in danger is told something kinder than whom to ask about a fee: by others, so here nothing is said. Pure.

On purpose this is broader than what those others look for: who is taken for somebody in danger, and isn't, is answered
like anybody.
"""

import re

from handlers.newcomers.people.words import pieces

#: As `words.plain` writes them.
WORDS = re.compile(
    r"\b(?:"
    # English
    r"kill\w*|suicid\w*|(?:to|wanna|gonna|will|just) die|dying|murder\w*|(?:hurt\w*|harm\w*|cut\w*) myself|self harm\w*"
    r"|(?:my|own) life|with life|want to live|afraid for|cant (?:cope|go on|take)"
    r"|(?:harass|threaten|stalk|doxx)\w* (?:me )?right now"
    # German
    r"|umbring\w*|umzubringen|bring\w* mich um|mich (?:selbst )?verletzen|selbstmord|suizid\w*|sterben|nicht mehr leben"
    r"|nicht mehr aus|kann nicht mehr$|gerade (?:bedroht|belastigt)"
    # Spanish
    r"|morir(?:me)?|matar(?:me)?|la vida|seguir viviendo|quiero vivir|hacerme dano|no puedo mas$"
    r"|me estan (?:acosando|amenazando)"
    # French
    r"|tuer|la vie|mourir|plus vivre|faire du mal|en peux plus$|(?:harcele|menace)\w* en ce moment"
    r")\b"
)


def in_danger(text: str) -> bool:
    """Whether somebody may be saying that they are in danger, or can't go on; however long the text is."""
    return any(map(WORDS.search, pieces(text)))
