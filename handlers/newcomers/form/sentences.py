"""What is said about the form, in the languages that the bot speaks. Pure.

What has braces is filled in by `wording`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """One language's sentences.

    `works`, `unknown`, `fails` and `no_address` say how the form is, `go_on` follows `fails` on a walk; `open`,
    `by_approval` and `closed` are what the Mastodon server says of registrations; the rest is about waiting.
    """

    works: str
    unknown: str
    fails: str
    go_on: str
    no_address: str
    open: str
    by_approval: str
    closed: str
    may_tell: str
    offer: str
    noted: str
    noted_before: str
    back: str
    stopped: str


ENGLISH = Sentences(
    works="Here it is: [the registration form]({url}). It worked at the last look, at {when}.",
    unknown="Here it is: [the registration form]({url}). I couldn't check just now whether it works. "
    "If it doesn't, that is nothing you did.",
    fails="The registration form doesn't work right now, as far as I can see, so I don't send you there yet. "
    "What I know of it, as of {when}: “{evidence}” "
    "That is nothing you did.",
    go_on="The rest of our walk can go on meanwhile.",
    no_address="I know of no registration form. {people}",
    open="The Mastodon server says that registrations are open (asked at {when}).",
    by_approval="The Mastodon server says that registrations are open, and that somebody has to approve each of them "
    "(asked at {when}).",
    closed="The Mastodon server says that registrations are closed (asked at {when}).",
    may_tell="The form may tell more.",
    offer="If you like, I'll write to you as soon as the form works again: tap ✅, or reply to this message with "
    "`yes`.",
    noted="I'll write to you as soon as it works again. I keep looking for two weeks at most.",
    noted_before="I'll write to you as soon as it works again; I had noted that already.",
    back="The registration form works again; you wanted to know.",
    stopped="In two weeks I haven't seen the registration form work, so I no longer look for you. {people}",
)
GERMAN = Sentences(
    works="Hier ist es: [das Anmeldeformular]({url}). Beim letzten Blick darauf, um {when}, hat es funktioniert.",
    unknown="Hier ist es: [das Anmeldeformular]({url}). Ob es funktioniert, konnte ich gerade nicht prüfen. "
    "Wenn nicht, liegt das nicht an dir.",
    fails="Das Anmeldeformular funktioniert gerade nicht, soweit ich sehe; darum schicke ich dich noch nicht hin. "
    "Was ich darüber weiß, Stand {when}: „{evidence}“ "
    "Das liegt nicht an dir.",
    go_on="Mit dem Rest unseres Rundgangs kann es inzwischen weitergehen.",
    no_address="Ich kenne kein Anmeldeformular. {people}",
    open="Der Mastodon-Server sagt, dass die Anmeldung offen ist (gefragt um {when}).",
    by_approval="Der Mastodon-Server sagt, dass die Anmeldung offen ist und jemand jede einzelne freigeben muss "
    "(gefragt um {when}).",
    closed="Der Mastodon-Server sagt, dass die Anmeldung geschlossen ist (gefragt um {when}).",
    may_tell="Das Formular sagt vielleicht mehr.",
    offer="Wenn du magst, schreibe ich dir, sobald das Formular wieder funktioniert: "
    "Tippe auf ✅, oder antworte auf diese Nachricht mit `ja`.",
    noted="Ich schreibe dir, sobald es wieder funktioniert. Ich schaue höchstens zwei Wochen lang nach.",
    noted_before="Ich schreibe dir, sobald es wieder funktioniert; das hatte ich schon notiert.",
    back="Das Anmeldeformular funktioniert wieder; du wolltest es wissen.",
    stopped="Zwei Wochen lang habe ich das Anmeldeformular nicht funktionieren sehen; "
    "ich schaue jetzt nicht mehr für dich nach. {people}",
)
SPANISH = Sentences(
    works="Aquí está: [el formulario de registro]({url}). Funcionaba la última vez que se miró, a las {when}.",
    unknown="Aquí está: [el formulario de registro]({url}). Ahora mismo no he podido comprobar si funciona. "
    "Si no funciona, no es por nada que hayas hecho.",
    fails="El formulario de registro no funciona ahora mismo, por lo que veo, así que todavía no te envío allí. "
    "Lo que sé de él, a las {when}: «{evidence}» "
    "No es por nada que hayas hecho.",
    go_on="El resto de nuestro recorrido puede seguir mientras tanto.",
    no_address="No conozco ningún formulario de registro. {people}",
    open="El servidor de Mastodon dice que el registro está abierto (preguntado a las {when}).",
    by_approval="El servidor de Mastodon dice que el registro está abierto y que alguien tiene que aprobar cada uno "
    "(preguntado a las {when}).",
    closed="El servidor de Mastodon dice que el registro está cerrado (preguntado a las {when}).",
    may_tell="Puede que el formulario diga más.",
    offer="Si quieres, te escribo en cuanto el formulario vuelva a funcionar: toca ✅ o responde a este mensaje con "
    "`sí`.",
    noted="Te escribo en cuanto vuelva a funcionar. Sigo mirando durante dos semanas como mucho.",
    noted_before="Te escribo en cuanto vuelva a funcionar; ya lo tenía anotado.",
    back="El formulario de registro vuelve a funcionar; querías saberlo.",
    stopped="En dos semanas no he visto funcionar el formulario de registro, así que dejo de mirarlo por ti. {people}",
)
FRENCH = Sentences(
    works="Le voici : [le formulaire d'inscription]({url}). Il fonctionnait au dernier coup d'œil, à {when}.",
    unknown="Le voici : [le formulaire d'inscription]({url}). Je n'ai pas pu vérifier à l'instant s'il fonctionne. "
    "S'il ne fonctionne pas, tu n'y es pour rien.",
    fails="Le formulaire d'inscription ne fonctionne pas en ce moment, à ce que je vois ; "
    "je ne t'y envoie donc pas encore. "
    "Ce que j'en sais, à {when} : « {evidence} » "
    "Tu n'y es pour rien.",
    go_on="Le reste de notre parcours peut continuer entre-temps.",
    no_address="Je ne connais pas de formulaire d'inscription. {people}",
    open="Le serveur Mastodon dit que les inscriptions sont ouvertes (demandé à {when}).",
    by_approval="Le serveur Mastodon dit que les inscriptions sont ouvertes et que quelqu'un doit approuver chacune "
    "(demandé à {when}).",
    closed="Le serveur Mastodon dit que les inscriptions sont fermées (demandé à {when}).",
    may_tell="Le formulaire en dit peut-être plus.",
    offer="Si tu veux, je t'écris dès que le formulaire fonctionne à nouveau : "
    "touche ✅, ou réponds à ce message par `oui`.",
    noted="Je t'écris dès qu'il fonctionne à nouveau. Je regarde pendant deux semaines au plus.",
    noted_before="Je t'écris dès qu'il fonctionne à nouveau ; je l'avais déjà noté.",
    back="Le formulaire d'inscription fonctionne à nouveau ; tu voulais le savoir.",
    stopped="En deux semaines, je n'ai pas vu fonctionner le formulaire d'inscription ; "
    "j'arrête de regarder pour toi. {people}",
)

#: By language.
SENTENCES = {"en": ENGLISH, "de": GERMAN, "es": SPANISH, "fr": FRENCH}


def of(lang: str) -> Sentences:
    """This language's sentences; English ones where the bot doesn't speak it."""
    return SENTENCES.get(lang, ENGLISH)
