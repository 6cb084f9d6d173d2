"""Which language somebody writes in, as far as a few words tell. Pure.

It only chooses the bot's own sentences where nothing of the bank was matched; matching itself needs no language.
"""

from bot.facts import Language
from bot.ports import Ports
from handlers.faq.answering.manners import distress_in
from handlers.faq.matching.text import words

#: Frequent little words, as `words` writes them.
_LITTLE = {
    "en": """
    the is are was were do does how what where when why who which can could would should i you my your we they it
    this that there of to for with from not have has get and
    """,
    "de": """
    der die das ist sind wie was wo wann warum wer welche kann konnen ich du mein meine ihr wir und nicht mit von
    fur auf ein eine einen gibt habe hat man zu im wird
    """,
    "es": """
    el los las es son como que donde cuando porque quien cual puedo puede yo mi tu una por para con del hay y
    tengo tiene esta estan se lo
    """,
    "fr": """
    le les est sont comment quoi ou quand pourquoi qui quel quelle peut peux je mon ton une pour avec des du il y
    ai avez vous nous ce cette dans au
    """,
}
_WORDS = {lang: frozenset(little.split()) for lang, little in _LITTLE.items()}
#: One word says nothing: too many look alike.
FEWEST = 2


def spoken(text: str) -> str:
    """The code of the language that most of these words are of; English where that isn't clear."""
    return known_language(text) or "en"


def known_language(text: str) -> str | None:
    """The code of the language that most of these words are of; None where that isn't clear."""
    known = distress_in(text)
    if known is not None:
        return known
    said = set(words(text))
    counted = sorted(((len(said & little), lang) for lang, little in _WORDS.items()), reverse=True)
    (most, lang), (second, _) = counted[:2]
    return lang if most >= FEWEST and most > second else None


async def on_language(question: Language, _ports: Ports) -> str | None:
    """The fact, for other handlers."""
    return known_language(question.text)
