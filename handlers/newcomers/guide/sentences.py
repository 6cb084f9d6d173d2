"""The walk's own sentences, in the languages that the bot speaks. Pure.

What has braces is filled in by `wording`. Steps' titles and texts are the config's.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """One language's sentences. `next` to `number` are what one says; `either` joins the last two of them."""

    hello: str
    step: str
    next: str
    back: str
    stop: str
    number: str
    either: str
    say: str
    last: str
    first_already: str
    no_such: str
    changed: str
    not_translated: str
    overview: str
    here: str
    remind_noted: str
    remind_when: str
    reminder: str
    stopped: str
    done: str
    no_walk: str
    nothing_to_stop: str
    elsewhere: str
    written: str
    cant_write: str


ENGLISH = Sentences(
    hello="Hello! This is the walk to the registration form of {community}, step by step and at your own pace. "
    "If you have a question in between, just ask it. While the walk lasts I keep which step you are at, and nothing of "
    "what you say.",
    step="Step {number} of {count}: {title}",
    next="`next`",
    back="`back`",
    stop="`stop`",
    number="a step's number",
    either=" or ",
    say="Say {words}, or tap below.",
    last="This is the last step.",
    first_already="This is the first step already.",
    no_such="There is no step {number}: they go from 1 to {count}. `steps` shows them.",
    changed="The steps have changed meanwhile, so we go on at the first one.",
    not_translated="The steps aren't translated into that language, so here they are as they are.",
    overview="The steps:",
    here="you are here",
    remind_noted="I'll remind you here once: {when}.",
    remind_when="I didn't get when. Say `remind me tomorrow` or `remind me in 2h`, for example: in 14 days at most.",
    reminder="You wanted to be reminded of your walk to the registration form of {community}. You are at step {number} "
    "of {count}: {title}. Say `again` to see it, `next` to go on, or `stop`.",
    stopped="Then we stop here. If you want to go on another time, say `join`, and then the number of a step to go "
    "straight to it.",
    done="That was the walk. All the best! If you want to see it again, say `join`.",
    no_walk="We aren't on the walk to the registration form. Say `join` to begin it.",
    nothing_to_stop="There is no walk that I could stop. `help` shows what else I can do.",
    elsewhere="Our walk is under way, in our private chat (perhaps still among your invitations). Say `again` there to "
    "see where you are.",
    written="I've written to you in private.",
    cant_write="I can't write to you in private: your account doesn't let me, or you have left our chat. Open a chat "
    "with [me]({me}) yourself and say `join` there. {people}",
)
GERMAN = Sentences(
    hello="Hallo! Das ist der Rundgang zum Anmeldeformular von {community}, Schritt für Schritt und in deinem Tempo. "
    "Wenn du zwischendurch eine Frage hast, stell sie einfach. Solange der Rundgang dauert, merke ich mir, bei welchem "
    "Schritt du bist, und nichts von dem, was du sagst.",
    step="Schritt {number} von {count}: {title}",
    next="`weiter`",
    back="`zurück`",
    stop="`stopp`",
    number="die Nummer eines Schritts",
    either=" oder ",
    say="Sag {words}, oder tippe unten.",
    last="Das ist der letzte Schritt.",
    first_already="Das ist schon der erste Schritt.",
    no_such="Einen Schritt {number} gibt es nicht: Sie gehen von 1 bis {count}. `Schritte` zeigt sie.",
    changed="Die Schritte haben sich inzwischen geändert; darum geht es beim ersten weiter.",
    not_translated="Die Schritte gibt es nicht in dieser Sprache; darum hier so, wie sie sind.",
    overview="Die Schritte:",
    here="hier bist du",
    remind_noted="Ich erinnere dich hier einmal: {when}.",
    remind_when="Ich habe nicht verstanden, wann. Sag zum Beispiel `erinnere mich morgen` oder `erinnere mich in 2h`: "
    "höchstens in 14 Tagen.",
    reminder="Du wolltest an deinen Rundgang zum Anmeldeformular von {community} erinnert werden. Du bist bei Schritt "
    "{number} von {count}: {title}. Sag `nochmal`, um ihn zu sehen, `weiter`, um weiterzugehen, oder `stopp`.",
    stopped="Dann hören wir hier auf. Wenn du ein andermal weitermachen willst, sag `join`, und dann die Nummer eines "
    "Schritts, um gleich dorthin zu kommen.",
    done="Das war der Rundgang. Alles Gute! Wenn du ihn noch einmal sehen willst, sag `join`.",
    no_walk="Wir sind gerade nicht auf dem Rundgang zum Anmeldeformular. Sag `join`, um ihn zu beginnen.",
    nothing_to_stop="Gerade läuft kein Rundgang, den ich beenden könnte. `help` zeigt, was ich sonst kann.",
    elsewhere="Unser Rundgang läuft schon, in unserem privaten Chat (vielleicht noch unter deinen Einladungen). Sag "
    "dort `nochmal`, um zu sehen, wo du bist.",
    written="Ich habe dir privat geschrieben.",
    cant_write="Ich kann dir nicht privat schreiben: Dein Konto lässt es nicht zu, oder du hast unseren Chat "
    "verlassen. Öffne selbst einen Chat mit [mir]({me}) und sag dort `join`. {people}",
)
SPANISH = Sentences(
    hello="¡Hola! Este es el recorrido hasta el formulario de registro de {community}, paso a paso y a tu ritmo. Si te "
    "surge una pregunta entretanto, hazla sin más. Mientras dure el recorrido guardo en qué paso estás, y nada de lo "
    "que dices.",
    step="Paso {number} de {count}: {title}",
    next="`siguiente`",
    back="`atrás`",
    stop="`parar`",
    number="el número de un paso",
    either=" o ",
    say="Di {words}, o toca abajo.",
    last="Este es el último paso.",
    first_already="Este ya es el primer paso.",
    no_such="No hay ningún paso {number}: van del 1 al {count}. `pasos` los muestra.",
    changed="Los pasos han cambiado entretanto, así que seguimos en el primero.",
    not_translated="Los pasos no están traducidos a ese idioma, así que aquí van tal como son.",
    overview="Los pasos:",
    here="estás aquí",
    remind_noted="Te lo recordaré aquí una vez: {when}.",
    remind_when="No he entendido cuándo. Di por ejemplo `recuérdame mañana` o `recuérdame en 2h`: como mucho en 14 "
    "días.",
    reminder="Querías que te recordara tu recorrido hasta el formulario de registro de {community}. Estás en el paso "
    "{number} de {count}: {title}. Di `otra vez` para verlo, `siguiente` para seguir, o `parar`.",
    stopped="Entonces paramos aquí. Si quieres seguir en otro momento, di `join` y después el número de un paso para "
    "ir directo a él.",
    done="Ese era el recorrido. ¡Mucha suerte! Si quieres verlo otra vez, di `join`.",
    no_walk="Ahora no estamos en el recorrido hasta el formulario de registro. Di `join` para empezarlo.",
    nothing_to_stop="No hay ningún recorrido que pueda parar. `help` muestra qué más sé hacer.",
    elsewhere="Nuestro recorrido está en marcha, en nuestro chat privado (quizá aún entre tus invitaciones). Di allí "
    "`otra vez` para ver dónde estás.",
    written="Te he escrito en privado.",
    cant_write="No puedo escribirte en privado: tu cuenta no me lo permite, o has salido de nuestro chat. Abre tú un "
    "chat [conmigo]({me}) y di allí `join`. {people}",
)
FRENCH = Sentences(
    hello="Bonjour ! Voici le parcours jusqu'au formulaire d'inscription de {community}, étape par étape et à ton "
    "rythme. Si tu as une question entre-temps, pose-la simplement. Tant que dure le parcours, je garde l'étape où tu "
    "en es, et rien de ce que tu dis.",
    step="Étape {number} sur {count} : {title}",
    next="`suivant`",
    back="`retour`",
    stop="`stop`",
    number="le numéro d'une étape",
    either=" ou ",
    say="Dis {words}, ou touche ci-dessous.",
    last="C'est la dernière étape.",
    first_already="C'est déjà la première étape.",
    no_such="Il n'y a pas d'étape {number} : elles vont de 1 à {count}. `étapes` les montre.",
    changed="Les étapes ont changé entre-temps ; nous reprenons donc à la première.",
    not_translated="Les étapes ne sont pas traduites dans cette langue ; les voici donc telles quelles.",
    overview="Les étapes :",
    here="tu es ici",
    remind_noted="Je te le rappellerai ici une fois : {when}.",
    remind_when="Je n'ai pas compris quand. Dis par exemple `rappelle-moi demain` ou `rappelle-moi dans 2h` : dans 14 "
    "jours au plus.",
    reminder="Tu voulais que je te rappelle ton parcours jusqu'au formulaire d'inscription de {community}. Tu en es à "
    "l'étape {number} sur {count} : {title}. Dis `encore` pour la voir, `suivant` pour continuer, ou `stop`.",
    stopped="Alors on s'arrête ici. Si tu veux continuer une autre fois, dis `join`, puis le numéro d'une étape pour y "
    "aller directement.",
    done="C'était le parcours. Bonne chance ! Si tu veux le revoir, dis `join`.",
    no_walk="Nous ne sommes pas en ce moment sur le parcours jusqu'au formulaire d'inscription. Dis `join` pour le "
    "commencer.",
    nothing_to_stop="Il n'y a pas de parcours que je puisse arrêter. `help` montre ce que je sais faire d'autre.",
    elsewhere="Notre parcours est en cours, dans notre discussion privée (peut-être encore parmi tes invitations). "
    "Dis-y `encore` pour voir où tu en es.",
    written="Je t'ai écrit en privé.",
    cant_write="Je ne peux pas t'écrire en privé : ton compte ne le permet pas, ou tu as quitté notre discussion. "
    "Ouvre toi-même une discussion avec [moi]({me}) et dis-y `join`. {people}",
)

#: By language.
SENTENCES = {"en": ENGLISH, "de": GERMAN, "es": SPANISH, "fr": FRENCH}


def of(lang: str) -> Sentences:
    """This language's sentences; English ones where the bot doesn't speak it."""
    return SENTENCES.get(lang, ENGLISH)
