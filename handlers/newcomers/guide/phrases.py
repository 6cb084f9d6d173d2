"""What one can say on the walk, in the four languages. A message counts if it is one of these phrases as a whole."""

from collections.abc import Mapping
from enum import StrEnum

from handlers.newcomers.guide.plain_words import phrases


class Word(StrEnum):
    """What is meant by it."""

    NEXT = "next"
    BACK = "back"
    STOP = "stop"
    AGAIN = "again"
    STEPS = "steps"
    NUMBER = "number"
    REMIND = "remind"
    LANGUAGE = "language"
    START = "start"


#: These mean one thing only, even to somebody who isn't on a walk.
CLEAR: Mapping[Word, Mapping[str, str]] = {
    Word.NEXT: {
        "en": "next, next step, the next step, next one, continue, go on",
        "de": "weiter, nächster Schritt, der nächste Schritt, nächster, mach weiter",
        "es": "siguiente, siguiente paso, el siguiente, el siguiente paso, próximo paso, continuar",
        "fr": "suivant, suivante, étape suivante, l'étape suivante, continuer",
    },
    Word.BACK: {
        "en": "back, go back, previous, previous step, the previous step, one step back, one back, step back",
        "de": "zurück, zurueck, ein Schritt zurück, einen Schritt zurück, Schritt zurück, geh zurück, vorheriger, "
        "vorheriger Schritt, voriger Schritt",
        "es": "atrás, volver, volver atrás, anterior, el anterior, paso anterior, el paso anterior, regresar, "
        "un paso atrás, vuelve",
        "fr": "retour, retour en arrière, en arrière, précédent, précédente, étape précédente, l'étape précédente, "
        "revenir, reviens",
    },
    Word.STOP: {
        "en": "stop, cancel, quit, abort, stop the walk, end the walk",
        "de": "stop, stopp, abbrechen",
        "es": "stop, parar, cancelar",
        "fr": "stop, arrêter, arrête, annuler",
    },
}
#: These mean it on a walk.
ON_A_WALK: Mapping[Word, Mapping[str, str]] = {
    Word.NEXT: {
        "en": "ok, okay, o.k., k, kk, yes, yep, yeah, yup, y, sure, of course, all right, alright, right, good, fine, "
        "great, cool, nice, perfect, got it, understood, i see, makes sense, sounds good, go ahead, carry on, "
        "keep going, move on, proceed, forward, more, let's go, ready, i'm ready, i am ready, done, "
        "read it, i have read it, i've read it, skip, skip this, skip it, skip this step, i agree, agreed, n",
        "de": "ok, okay, ja, jo, jep, ja gerne, gerne, gut, alles klar, klar, verstanden, passt, einverstanden, "
        "vorwärts, los, los geht's, bereit, ich bin bereit, fertig, erledigt, gelesen, habe ich gelesen, prima, "
        "super, geh weiter, nächste, nächstes, weiter geht's, mehr",
        "es": "ok, okay, vale, sí, claro, claro que sí, de acuerdo, bien, muy bien, entendido, listo, adelante, sigue, "
        "seguir, sigamos, continúa, perfecto, vamos, leído, más, próximo, hecho",
        "fr": "ok, okay, oui, ouais, d'accord, bien, très bien, compris, j'ai compris, parfait, continue, continuez, "
        "continuons, vas-y, allez, allons-y, poursuivre, avancer, avance, prêt, prête, je suis prêt, je suis prête, "
        "c'est lu, bien sûr, entendu, c'est fait",
    },
    Word.BACK: {
        "en": "b, prev, before",
        "de": "davor, vorige, voriger, vorherige",
        "es": "antes, previo",
        "fr": "avant, reculer",
    },
    Word.STOP: {
        "en": "stop it, stop this, stop here, exit, end, enough, that's enough, leave me alone, finish, q, "
        "i changed my mind, i've changed my mind, never mind, nevermind, bye, goodbye",
        "de": "halt, brich ab, abbruch, ende, beenden, aufhören, hör auf, schluss, genug, das reicht, "
        "lass mich in ruhe, ich habe es mir anders überlegt, tschüss, auf wiedersehen",
        "es": "para, para ya, detener, detente, cancela, terminar, fin, salir, basta, basta ya, alto, acabar, "
        "déjame en paz, he cambiado de idea, adiós",
        "fr": "arrêt, arrêtez, annule, quitter, fin, terminer, finir, ça suffit, assez, laisse-moi tranquille, "
        "j'ai changé d'avis, au revoir",
    },
    Word.AGAIN: {
        "en": "again, repeat, repeat that, repeat it, once more, one more time, show it again, show this step again, "
        "show again, say that again, where am i, where was i, where were we, this step",
        "de": "nochmal, noch mal, noch einmal, wiederholen, wiederhole, wiederhole das, wo bin ich, wo war ich, "
        "wo waren wir, zeig es nochmal",
        "es": "otra vez, de nuevo, una vez más, repetir, repite, repítelo, dónde estoy, dónde estaba, dónde estábamos",
        "fr": "encore, encore une fois, à nouveau, de nouveau, répéter, répète, répétez, où suis-je, où en suis-je, "
        "où en étais-je, où j'en suis",
    },
    Word.STEPS: {
        "en": "steps, the steps, all steps, list, list steps, list the steps, show steps, show the steps, "
        "show all steps, overview, contents, which steps, menu",
        "de": "Schritte, die Schritte, alle Schritte, Liste, Übersicht, Uebersicht, Inhalt, welche Schritte, "
        "zeig die Schritte, zeig alle Schritte",
        "es": "pasos, los pasos, todos los pasos, lista, lista de pasos, índice, resumen, qué pasos, muestra los pasos",
        "fr": "étapes, les étapes, toutes les étapes, liste, liste des étapes, sommaire, aperçu, quelles étapes, plan, "
        "montre les étapes",
    },
}
#: What may stand around any of them.
COURTESY = phrases(
    "please, pls, thanks, thank you, now, then, ok, okay, o.k., yes, so, and, "
    "bitte, danke, jetzt, dann, ja, und, por favor, gracias, ahora, sí, entonces, y, "
    "s'il te plaît, s'il vous plaît, stp, svp, merci, maintenant, oui, alors, et"
)
#: What may stand before a step's number.
BEFORE_A_NUMBER: Mapping[str, frozenset[str]] = {
    "en": phrases("step, number, go to, go to step, to step, show, show step, back to, back to step, show me step"),
    "de": phrases("Schritt, Nummer, zu, zu Schritt, zum Schritt, geh zu Schritt, zeig Schritt, zurück zu Schritt"),
    "es": phrases("paso, número, al paso, ir a, ir al paso, ve al paso, muestra el paso, volver al paso"),
    "fr": phrases("étape, numéro, à l'étape, aller à l'étape, va à l'étape, montre l'étape, retour à l'étape"),
}
#: Languages by what they are called, in all four; and what may stand before that.
LANGUAGES: Mapping[str, str] = {
    name: code
    for code, names in {
        "en": "english, englisch, inglés, anglais",
        "de": "german, deutsch, alemán, allemand",
        "es": "spanish, spanisch, español, castellano, espagnol",
        "fr": "french, französisch, franzoesisch, francés, français",
    }.items()
    for name in phrases(names)
}
BEFORE_A_LANGUAGE = frozenset(
    {
        "",
        *phrases(
            "in, auf, en, language, sprache, idioma, langue, speak, do you speak, can you speak, can we do this in, "
            "can we speak, can we continue in, continue in, go on in, sprichst du, kannst du, geht das auf, "
            "weiter auf, hablas, habla, puedes hablar, seguimos en, podemos seguir en, parles tu, tu parles, parle, "
            "continuons en, on peut continuer en, peut-on continuer en"
        ),
    }
)


def meanings() -> Mapping[str, tuple[Word, frozenset[str]]]:
    """Each phrase with what it means, and in which languages."""
    found: dict[str, tuple[Word, frozenset[str]]] = {}
    for table in (CLEAR, ON_A_WALK):
        for word, by_language in table.items():
            for lang, written in by_language.items():
                for phrase in phrases(written):
                    known = found.get(phrase, (word, frozenset[str]()))[1]
                    found[phrase] = (word, known | {lang})
    return found


MEANINGS = meanings()
CLEARLY = frozenset(phrase for table in CLEAR.values() for written in table.values() for phrase in phrases(written))
ARROWS = frozenset({"➡", "👉", "▶", "⬅", "👈", "◀"})
#: Typed as pictures.
PICTURES: Mapping[str, Word] = {
    "➡": Word.NEXT,
    "👉": Word.NEXT,
    "▶": Word.NEXT,
    "👍": Word.NEXT,
    "✅": Word.NEXT,
    "⬅": Word.BACK,
    "👈": Word.BACK,
    "◀": Word.BACK,
    "⏹": Word.STOP,
    "🛑": Word.STOP,
    "🔁": Word.AGAIN,
}
