"""What is said beside the steps when somebody says something that is no word for the walk. Pure.

Four languages, as in `sentences`. What has braces is filled in.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.newcomers.guide import sentences
from handlers.newcomers.guide.plain_words import plain
from handlers.newcomers.guide.records import Walk
from handlers.newcomers.guide.walking import position
from handlers.newcomers.languages import said
from handlers.newcomers.settings import Step

#: In fewer words, and without a question mark, hardly anybody wants an answer.
FEWEST_WORDS = 3
#: Whoever writes more than so many characters to the guide isn't asking: it is their application.
LONGEST_QUESTION = 280
_LINK = re.compile(r"\bhttps?://\S+")

#: Spanish, Arabic and full-width ones too.
_QUESTION_MARKS = ("?", "\u00bf", "\u061f", "\uff1f")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: Words of those who are only polite, in four languages, as `plain` writes them.
_COURTESY = _set("""
    thanks thank you u so much very a lot that this it is was helpful great good nice cool perfect awesome ok okay yes
    no hi hello hey morning evening day fine all right alright got i see understood for the your help sounds and me
    danke dir vielen dank sehr das war ist hilfreich gut super toll ja nein hallo guten morgen tag abend alles klar
    verstanden fur die hilfe
    gracias muchas por la ayuda muy bien genial vale perfecto si hola buenos buenas dias tardes noches de acuerdo
    entendido
    merci beaucoup pour ton aide tres bien super parfait d accord oui non bonjour bonsoir salut compris c est
""")


#: Words of those who would like to join, and of those who speak of themselves.
_JOINING = _set("""
    join joining member membership apply applying application mitglied mitgliedschaft mitmachen beitreten bewerbung
    bewerbe aufnahme unirme miembro socio socia solicitud solicito rejoindre adherer adhesion membre candidature
""")
_MYSELF = _set("i im my ich mein meine mich yo soy mi me quiero je j mon ma moi")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asides:
    """One language's sentences."""

    waits: str
    pasted: str
    only_text: str
    which: str


ENGLISH = Asides(
    waits="Our walk waits at step {number} of {count}: {title}. Say {next} to go on.",
    pasted="That looks like an application. Applications go into the registration form alone; I can't pass them on, "
    "and I have kept nothing of what you wrote. If it was a question, please ask it in a sentence or two.",
    only_text="I can only read text, so I don't know what that was.",
    which="If you mean our walk, say {next}. If you meant to answer another question of mine, tap one of the reactions "
    "below that question.",
)
GERMAN = Asides(
    waits="Unser Rundgang wartet bei Schritt {number} von {count}: {title}. Sag {next}, um weiterzugehen.",
    pasted="Das sieht nach einer Bewerbung aus. Bewerbungen gehören allein ins Anmeldeformular; ich kann sie nicht "
    "weitergeben und habe nichts von dem behalten, was du geschrieben hast. Wenn es eine Frage war, stell sie bitte in "
    "ein, zwei Sätzen.",
    only_text="Ich kann nur Text lesen und weiß daher nicht, was das war.",
    which="Wenn du unseren Rundgang meinst, sag {next}. Wenn du auf eine andere Frage von mir antworten wolltest, "
    "tippe bitte auf eine der Reaktionen unter dieser Frage.",
)
SPANISH = Asides(
    waits="Nuestro recorrido espera en el paso {number} de {count}: {title}. Di {next} para seguir.",
    pasted="Eso parece una solicitud. Las solicitudes van solo en el formulario de inscripción; no puedo entregarlas y "
    "no he guardado nada de lo que has escrito. Si era una pregunta, hazla por favor en una o dos frases.",
    only_text="Solo sé leer texto, así que no sé qué era eso.",
    which="Si te refieres a nuestro recorrido, di {next}. Si querías responder a otra pregunta mía, toca una de las "
    "reacciones que hay debajo de esa pregunta.",
)
FRENCH = Asides(
    waits="Notre parcours attend à l'étape {number} sur {count} : {title}. Dis {next} pour continuer.",
    pasted="Cela ressemble à une candidature. Les candidatures vont dans le formulaire d'inscription seulement ; je ne "
    "peux pas les transmettre et je n'ai rien gardé de ce que tu as écrit. Si c'était une question, pose-la s'il te "
    "plaît en une ou deux phrases.",
    only_text="Je ne sais lire que du texte, donc je ne sais pas ce que c'était.",
    which="Si tu parles de notre parcours, dis {next}. Si tu voulais répondre à une autre de mes questions, touche "
    "l'une des réactions sous cette question.",
)

#: By language.
ASIDES = {"en": ENGLISH, "de": GERMAN, "es": SPANISH, "fr": FRENCH}


def of(lang: str) -> Asides:
    """This language's sentences; English ones where the bot doesn't speak it."""
    return ASIDES.get(lang, ENGLISH)


def resume_line(walk: Walk, steps: Sequence[Step]) -> str:
    """How the walk goes on; nothing where it doesn't: the last step was seen, or it isn't known where they are."""
    at = position(walk.step, steps)
    if at is None or walk.finished or at == len(steps) - 1:
        return ""
    title, words = said(steps[at].title, walk.lang), sentences.of(walk.lang)
    return of(walk.lang).waits.format(number=at + 1, count=len(steps), title=title, next=words.next)


def which_line(lang: str) -> str:
    """To a "yes" that may be meant for the walk, or for a question that somebody else here has asked meanwhile."""
    return of(lang).which.format(next=sentences.of(lang).next)


def only_polite(text: str) -> bool:
    """Whether it is nothing but thanks, hello and the like."""
    return set(plain(_LINK.sub(" ", text)).split()) <= _COURTESY


def wants_an_answer(text: str) -> bool:
    """Whether it looks like a question, or like more than thanks and hello."""
    if only_polite(text):
        return False
    words = plain(_LINK.sub(" ", text)).split()
    return len(words) >= FEWEST_WORDS or any(mark in text for mark in _QUESTION_MARKS)


def looks_pasted(text: str) -> bool:
    """Whether it is as long as an application."""
    return len(text) > LONGEST_QUESTION


def reads_like_an_application(text: str) -> bool:
    """Whether it is as long, asks nothing, and speaks of joining and of oneself: also where no walk tells so."""
    if not looks_pasted(text) or any(mark in text for mark in _QUESTION_MARKS):
        return False
    words = set(plain(text).split())
    return bool(words & _JOINING and words & _MYSELF)
