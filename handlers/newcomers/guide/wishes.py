"""Whole sentences that say "I'd like to join". Questions ("how do I join?") say none: they get an answer. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from handlers.newcomers.guide.plain_words import phrases, plain

#: Longer texts are about more than that, in characters.
LONGEST = 200
QUESTION_MARKS = frozenset("?¿\u061f\uff1f")
#: What ends a part of it; not the full stop in a name such as "social.coop".
_PARTS = re.compile(r"[.!,;:]+(?=\s|$)|\n+")


@dataclass(frozen=True, slots=True)
class Ways:
    """How one language says it: the wish, what is wished for, both in one, what may lead to it, words around it."""

    wish: frozenset[str]
    deed: frozenset[str]
    short: frozenset[str]
    before: frozenset[str]
    beside: frozenset[str]


def _words(written: str) -> frozenset[str]:
    return frozenset(plain(written).split())


WAYS: Mapping[str, Ways] = {
    "en": Ways(
        wish=phrases(
            "I'd like, Id like, I would like, I'd love, I would love, I'd really like, I would really like, I want, "
            "I really want, I wanna, I wish, I hope, I was hoping, I am hoping, I'm hoping, I am here, I'm here, "
            "I plan, I intend, I am ready, I'm ready, I'm interested in, I am interested in, I'd be interested in, "
            "I would be interested in, I'm looking, I am looking, we want, we'd like, we would like, looking, hoping, "
            "id love, I'm keen, I am keen, I have decided, I've decided, I decided, would like, want, would love"
        ),
        deed=phrases(
            "join, joining, become a member, becoming a member, be a member, become member, register, registering, "
            "sign up, signing up, apply, applying, enrol, enroll, get an account, have an account, create an account, "
            "make an account, open an account, an account, a membership, membership, take part, be part, become part, "
            "be a part, become a part"
        ),
        short=phrases(
            "join, sign me up, count me in, register me, let me join, let me in, make me a member, I'm joining"
        ),
        before=phrases(
            "I'm new, I am new, I'm new here, I am new here, nice to meet you, new here, I just arrived, hi there, "
            "hello there, good morning, good afternoon, good evening"
        ),
        beside=_words(
            "to of in at for on with the this your you us a an here now today please thanks thank too also as well "
            "very much and new member co op coop cooperative community server instance mastodon account social "
            "membership registration everyone all dear there friends"
        ),
    ),
    "de": Ways(
        wish=phrases(
            "ich möchte, ich moechte, ich will, ich würde, ich wuerde, ich hätte, ich haette, ich wollte, ich mag, "
            "ich wünsche mir, ich habe vor, ich habe Lust, ich bin bereit, ich interessiere mich, wir möchten, "
            "wir wollen, wir würden, gerne möchte ich, gern möchte ich, gerne würde ich, gern würde ich, möchte, würde"
        ),
        deed=phrases(
            "mitmachen, mitzumachen, beitreten, beizutreten, Mitglied werden, Mitglied zu werden, Mitglied sein, "
            "dabei sein, registrieren, anmelden, anzumelden, einen Account, ein Konto, einen Zugang, Mitgliedschaft, "
            "teilnehmen, teilzunehmen, aufgenommen werden, bewerben, eintreten, dazugehören"
        ),
        short=phrases(
            "melde mich an, melde mich bitte an, meldet mich an, ich bin dabei, ich mache mit, nehmt mich auf"
        ),
        before=phrases("ich bin neu, ich bin neu hier, bin neu hier, neu hier, guten Morgen, guten Tag, guten Abend"),
        beside=_words(
            "mich mir bei der die das dem den euch eurer eurem euer eure ein eine einen einem einer hier gern gerne "
            "jetzt heute bitte danke auch sehr mal server instanz gemeinschaft genossenschaft community um für fuer zu "
            "auf an in und als neu neues mastodon konto account mitglied anlegen erstellen haben bekommen eröffnen co "
            "op coop social zusammen alle alles"
        ),
    ),
    "es": Ways(
        wish=phrases(
            "quiero, yo quiero, quisiera, querría, quería, me gustaría, a mí me gustaría, me encantaría, deseo, "
            "desearía, me interesa, estoy interesado en, estoy interesada en, queremos, nos gustaría, tengo ganas de, "
            "espero, pienso, he decidido, estoy listo para, estoy lista para"
        ),
        deed=phrases(
            "unirme, unirnos, entrar, registrarme, registrarnos, apuntarme, inscribirme, ser miembro, ser miembra, "
            "hacerme miembro, ser socio, ser socia, hacerme socio, hacerme socia, una cuenta, participar, "
            "formar parte, ser parte, darme de alta, afiliarme, sumarme, ingresar, la membresía"
        ),
        short=phrases("apúntame, apuntadme, apúntenme, inscríbeme, me apunto, me uno, regístrame"),
        before=phrases(
            "soy nuevo, soy nueva, soy nuevo aquí, soy nueva aquí, nuevo aquí, nueva aquí, buenos días, buenas tardes, "
            "buenas noches, buenas"
        ),
        beside=_words(
            "a al la el los las en de del con vuestra vuestro su tu vosotros ustedes comunidad cooperativa servidor "
            "instancia mastodon cuenta por favor gracias aquí ahora hoy también como miembro una un y mi crear abrir "
            "tener obtener nueva nuevo mucho co op coop social todos todas"
        ),
    ),
    "fr": Ways(
        wish=phrases(
            "je voudrais, je voudrais bien, je veux, je veux bien, je souhaite, je souhaiterais, j'aimerais, "
            "j'aimerais bien, j'ai envie, j'ai envie de, je désire, je compte, j'espère, je suis prêt, je suis prête, "
            "je suis intéressé par, je suis intéressée par, ça m'intéresse, nous voudrions, nous aimerions, "
            "on voudrait, on aimerait, j'ai décidé"
        ),
        deed=phrases(
            "rejoindre, m'inscrire, nous inscrire, devenir membre, être membre, adhérer, un compte, participer, "
            "faire partie, entrer, intégrer, l'inscription, l'adhésion, m'enregistrer, devenir adhérent, "
            "devenir adhérente, devenir sociétaire, une inscription"
        ),
        short=phrases("inscris-moi, inscrivez-moi, je m'inscris, je vous rejoins, j'adhère"),
        before=phrases(
            "je suis nouveau, je suis nouvelle, je suis nouveau ici, je suis nouvelle ici, nouveau ici, nouvelle ici"
        ),
        beside=_words(
            "à au aux la le les l de du des d en dans chez sur avec vous nous votre ton ta y communauté coopérative "
            "serveur instance mastodon compte ici maintenant aujourd hui s il te plaît svp stp merci aussi comme "
            "membre bien un une mon créer ouvrir avoir obtenir co op coop social tous toutes monde et beaucoup"
        ),
    ),
}
GREETINGS = _words(
    "hi hello hey hiya howdy greetings hallo moin servus hola bonjour bonsoir salut coucou ok okay yes ja sí oui so"
)


def wants_to_join(text: str, community: str) -> str | None:
    """The language in which somebody says that they would like to join; None where they say something else."""
    if len(text) > LONGEST or set(text) & QUESTION_MARKS:
        return None
    names = _words(community)
    parts = [_without_greeting(plain(part).split()) for part in _PARTS.split(text)]
    return next((lang for lang, ways in WAYS.items() if _says_so(parts, ways, names)), None)


def about_joining(text: str, community: str) -> bool:
    """Whether these words, behind "join", only say what."""
    beside = frozenset[str]().union(*(ways.beside for ways in WAYS.values()), _words(community))
    return set(plain(text).split()) <= beside


def _says_so(parts: list[list[str]], ways: Ways, names: frozenset[str]) -> bool:
    beside = ways.beside | names
    wishes = [part for part in parts if not set(part) <= beside and " ".join(part) not in ways.before]
    return bool(wishes) and all(_wish(part, ways, beside) for part in wishes)


def _wish(words: list[str], ways: Ways, beside: frozenset[str]) -> bool:
    """A wish, and then what is wished for among words that change nothing; or both in one."""
    if _without(words, ways.short, beside):
        return True
    return any(
        " ".join(words[:length]) in ways.wish and _without(words[length:], ways.deed, beside)
        for length in range(1, min(len(words), 5) + 1)
    )


def _without(words: list[str], known: frozenset[str], beside: frozenset[str]) -> bool:
    """Whether one of the known phrases is among these words, and the others change nothing."""
    return any(
        " ".join(words[start:end]) in known and set(words[:start] + words[end:]) <= beside
        for start in range(len(words))
        for end in range(start + 1, min(start + 4, len(words)) + 1)
    )


def _without_greeting(words: list[str]) -> list[str]:
    while words and words[0] in GREETINGS:
        words = words[1:]
    return words
