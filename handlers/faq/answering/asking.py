"""Is this said to nobody in particular, and a question? What speaking unasked asks for before any matching. Pure.

Which language it is need not be known here: only what is near to a phrasing is answered, and those are in the languages
that the bank has.
"""

import re

from handlers.faq.answering.manners import is_distress
from handlers.faq.matching.text import STOP_WORDS, words

#: In fewer words hardly anybody asks the room something.
FEWEST_WORDS = 3


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


#: What stands before a question without being a part of it, or a name.
_FILLERS = _set("""
    hi hello hey hiya so ok okay well and but also oh um uh hm hmm btw sorry question quick ps q ot edit
    all everyone everybody folks people friends team y'all there guys please thanks good morning evening again dear
    hallo moin guten tag morgen leute zusammen liebe alle sorry frage kurze bitte danke und also
    hola buenas buenos dias tardes todos todas gente perdon una pregunta por favor gracias y pues
    bonjour salut bonsoir tous toutes le monde tout question merci svp et alors
""")
_OPENERS = _set("""
    how what where who when why which whose whats wheres whos hows whens
    is are am was were do does did can could will would should has have had may might isnt arent dont doesnt didnt cant
    anyone anybody someone somebody
    wie was wo wer wann warum wieso weshalb welche welcher welches wohin woher wofur womit wem wen
    ist sind kann konnen darf muss gibt hat habt habe soll weiss wisst
    como que donde quien quienes cuando por cual cuales cuanto cuanta cuantos cuantas puedo puede hay es esta alguien
    comment ou qui quand pourquoi quel quelle quels quelles combien est puis peut peux y a quelqu quest
""")
_HELP_WANTED = re.compile(
    r"\b(?:trying to|tried to|any(?:one|body) (?:know|here|else|got)|some(?:one|body) (?:know|tell)|how (?:do|to|can)"
    r"|where (?:do|to|can)|i (?:need|cant|cannot|want to)|id like|looking for|wondering (?:if|how|what|where|why|when)"
    r"|no idea (?:how|what|where)|not sure (?:how|what|where)|help with|need help"
    r"|jemand|ich (?:kann|mochte|suche|brauche|finde|will)|hilfe"
    r"|alguien|no (?:puedo|encuentro|se como)|quiero|necesito|busco|ayuda"
    r"|quelqu un|arrive pas|je (?:voudrais|veux|cherche|ne trouve)|aimerais|besoin)\b"
)
#: What a helper asks back.
_ASKED_BACK = re.compile(
    r"\b(?:(?:have|did|do) you (?:tr(?:y|ied)|check(?:ed)?|restart(?:ed)?|mean|get|see|use)"
    r"|(?:what|which) (?:version|browser|app|error|distro|device|client) (?:(?:do|are|did) (?:you|u)|is (?:it|that))"
    r"|are you (?:using|on|running|sure)|(?:can|could) you (?:paste|share|post|send)|what do you mean"
    r"|(?:does|did) (?:that|this|it) (?:work|help)|hast du|meinst du|welche (?:version|app)|bist du"
    r"|has probado|que (?:version|navegador)|tu as essaye|quelle version)\b"
)
_NAMED = re.compile(r"\s*(?:@\S+|[!/.]\w)")
_CALLED = re.compile(r"\s*([^:,?!.\n]{1,40})[:,](?:\s|$)")
#: "… that credit union, Paul?", but not the end of a list.
_CALLED_LAST = re.compile(r"(?:^|[.!?\n])[^,.!?\n]+,\s*([A-Z]\w+)\s*[?.!]*\s*$")
_QUOTED = re.compile(r"^[^\S\n]*>.*$", re.MULTILINE)
#: Spanish, Arabic and full-width marks too.
_MARK = re.compile("\u00bf|[?\u061f\uff1f](?=[\\s\"')?!.]|$)")
_SENTENCE = re.compile(r"[.!?;:\n]+\s*|,\s+")
#: A name is one word, or two.
_LONGEST_NAME = 2
_BEFORE_NO_NAME = (
    STOP_WORDS
    | _FILLERS
    | _OPENERS
    | _set("""
    im ive ill id were weve with from since after before about as by now today yesterday lately currently if when while
    because otherwise
    bei mit seit nach von heute gestern wenn desde con hoy ayer si depuis avec hier aujourd hui quand
""")
)


def why_silent(text: str, *, mentions: frozenset[str] = frozenset(), replies: bool = False) -> str | None:
    """Why an unaddressed message is none of the bot's business; None when it may look for an answer."""
    said = _QUOTED.sub("", text)
    if mentions or replies or _calls_somebody(said):
        return "directed at somebody"
    if len(words(said)) < FEWEST_WORDS:
        return "too few words of their own"
    if is_distress(said):
        return "for people, not for a bot"
    if not asks(said):
        return "no question"
    return "a question back" if _ASKED_BACK.search(" ".join(words(said))) else None


def _calls_somebody(text: str) -> bool:
    if _NAMED.match(text):
        return True
    last = _CALLED_LAST.search(text)
    called = _CALLED.match(text)
    return bool(last and _is_name(last[1])) or bool(called and _is_name(called[1]))


def _is_name(call: str) -> bool:
    """Whether what stands before a colon or comma is how somebody is called: "Ana", "hey Ana", but not "hi all"."""
    of = words(call)
    while of and of[0] in _FILLERS:
        of = of[1:]
    return 0 < len(of) <= _LONGEST_NAME and not set(of) & _BEFORE_NO_NAME


def asks(text: str) -> bool:
    """Whether it asks: a question mark outside of links and code, a word that opens a question, or a call for help."""
    said = _without_links(text)
    if _MARK.search(said):
        return True
    return any(map(_opens, _SENTENCE.split(said))) or bool(_HELP_WANTED.search(" ".join(words(text))))


def _opens(sentence: str) -> bool:
    of = words(sentence)
    while of and of[0] in _FILLERS:
        of = of[1:]
    return bool(of) and of[0] in _OPENERS


def _without_links(text: str) -> str:
    return re.sub(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+", " ", text, flags=re.DOTALL)
