"""What is said to the bot and is no question: thanks, greetings, and what a person should hear instead of a bot."""

import re

from bot.facts import Distress
from bot.ports import Ports
from handlers.faq.matching.text import LONGEST, words

#: More words than this are no mere courtesy.
SHORT = 8


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_THANKS = _set("""
    thanks thank thx ty tysm cheers ta danke dank dankeschon merci gracias
    ok okay k kk cool great nice perfect awesome excellent brilliant good wow lol haha nvm yes yep yeah no nope
    super toll prima genial perfecto vale parfait
""")
_GREETINGS = _set("""
    hi hello hey hiya howdy morning evening hallo moin servus tag guten hola buenos buenas bonjour bonsoir salut
""")
_BESIDE = _set("""
    you u so much very a lot that this it is was for the your all and to too now there here everyone folks then
    help helps helped helpful answer answers info bot robot steward got makes sense works worked again sorry never mind
    dir euch ihnen schon vielen sehr hilfe fur die das guten morgen abend
    muchas mil por la ayuda dias tardes todos a todo tu beaucoup bien tout le monde pour ton aide
""")

#: Said of oneself, in the bank's languages, in words without accents and apostrophes. The list is short on purpose:
#: it must not hide an answer from somebody whose app is dying.
_DISTRESS = {
    "en": re.compile(
        r"\b(?:(?:kill|hurt|harm|cut) myself|(?:end|ending|take) my (?:own )?life|(?:want to|wanna) die"
        r"|suicidal|commit suicide|(?:thinking of|thinking about) suicide|self harm(?:ing)?|dont want to live"
        r"|cant (?:cope|go on|take it)(?: with (?:life|this))? any ?more|afraid for my life"
        r"|(?:being|getting) (?:harassed|threatened|stalked|doxxed) right now|harassing me right now"
        r"|threaten\w* to kill me)\b"
    ),
    "de": re.compile(
        r"\b(?:mich um(?:zu)?bringen|bring\w* mich um|mich (?:selbst )?verletzen"
        r"|will (?:nur noch )?sterben|will nicht mehr leben|halte (?:es|das) nicht mehr aus|ich kann nicht mehr$"
        r"|werde gerade (?:bedroht|belastigt))\b"
    ),
    "es": re.compile(
        r"\b(?:quiero morir(?:me)?|suicidarme|matarme|quitarme la vida|no quiero (?:seguir viviendo|vivir)|hacerme dano"
        r"|(?:ya )?no puedo mas$|me estan (?:acosando|amenazando))\b"
    ),
    "fr": re.compile(
        r"\b(?:me suicider|me tuer|en finir avec la vie|(?:envie de|veux) mourir|veux plus vivre|me faire du mal"
        r"|n en peux plus$|me (?:harcele|harcelent|menace|menacent) en ce moment)\b"
    ),
}
#: `words` reads so many characters; what stands further back is read in pieces that overlap, so that none is torn.
_OVERLAP = 100


def only_thanks(text: str) -> bool:
    """Whether this is nothing but thanks or "got it", in a few words."""
    return _only(text, _THANKS)


def only_greeting(text: str) -> bool:
    """Whether this is nothing but a hello."""
    return _only(text, _GREETINGS)


def is_distress(text: str) -> bool:
    """Whether somebody says that they are in danger, or can't go on."""
    return distress_in(text) is not None


async def on_distress(question: Distress, _ports: Ports) -> bool:
    """The fact, for other handlers."""
    return is_distress(question.text)


def distress_in(text: str) -> str | None:
    """The language in which somebody says so; None where nobody does."""
    pieces = [" ".join(words(text[start:])) for start in range(0, max(len(text), 1), LONGEST - _OVERLAP)]
    return next((lang for lang, said in _DISTRESS.items() if any(map(said.search, pieces))), None)


def _only(text: str, core: frozenset[str]) -> bool:
    said = set(found) if len(found := words(text)) <= SHORT else set[str]()
    return bool(said & core) and said <= _THANKS | _GREETINGS | _BESIDE
