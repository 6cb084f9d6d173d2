"""The few sentences that stand around an answer, in the languages that the bot speaks. Pure.

What has braces is filled in by `wording`, or by whoever says it. Titles and answers are the bank's own.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """One language's sentences."""

    source: str
    as_of: str
    reviewed: str
    not_reviewed: str
    own_answers: str
    live_read: str
    left_out: str
    not_measured: str
    state: str
    corrected: str
    withdrawn: str
    is_this_it: str
    which: str
    also_asked: str
    dont_know: str
    may_note: str
    noted: str
    was_noted: str
    for_people: str
    given_before: str
    gone: str
    tells: str


ENGLISH = Sentences(
    source="Source: {origin}{of}; {review}.",
    as_of=", as of {date}",
    reviewed="reviewed {date}",
    not_reviewed="not yet reviewed",
    own_answers="this community's own answers",
    live_read="Live figures were read at {when}.",
    left_out="A live figure could not be read just now.",
    not_measured="I have no measurement of {service}.",
    state="{service}: {state} (since {since}).\n\nSource, as of {measured}: {evidence}",
    corrected="(This answer was corrected at {when}.)",
    withdrawn="This answer was withdrawn: it is no longer one of the community's answers.",
    is_this_it="I'm not sure. Is this what you mean?\n\n{titles}\n\nIf so, reply with 1 or tap the reaction.",
    which="I'm not sure which you mean:\n\n{titles}\n\nReply with a number or tap a reaction.",
    also_asked="You also asked: {title} The answer: {command}",
    dont_know="I don't know an answer to that.",
    may_note="May I note your question, without your name, for those who write the answers? ✅ yes, ❌ no",
    noted="Thank you. Your question is noted, without your name, for those who write the answers.",
    was_noted="Your question is noted, without your name, for those who write the answers.",
    for_people="I'm sorry, that sounds very hard, and it needs a person rather than a bot: please talk to somebody. "
    "{people} If you are in danger now, call your local emergency number.",
    given_before="I answered this here a moment ago: {link}",
    gone="That answer has been removed since. Please ask again.",
    tells="{who} thinks this may help:",
)
GERMAN = Sentences(
    source="Quelle: {origin}{of}; {review}.",
    as_of=", Stand {date}",
    reviewed="geprüft {date}",
    not_reviewed="noch nicht geprüft",
    own_answers="die eigenen Antworten dieser Gemeinschaft",
    live_read="Aktuelle Zahlen wurden um {when} gelesen.",
    left_out="Eine aktuelle Zahl war gerade nicht zu lesen.",
    not_measured="Ich habe keine Messung von {service}.",
    state="{service}: {state} (seit {since}).\n\nQuelle, Stand {measured}: {evidence}",
    corrected="(Diese Antwort wurde um {when} berichtigt.)",
    withdrawn="Diese Antwort wurde zurückgezogen: Sie gehört nicht mehr zu den Antworten der Gemeinschaft.",
    is_this_it="Ich bin nicht sicher. Meinst du das hier?\n\n{titles}\n\n"
    "Wenn ja, antworte mit 1 oder tippe auf die Reaktion.",
    which="Ich bin nicht sicher, was du meinst:\n\n{titles}\n\nAntworte mit einer Zahl oder tippe auf eine Reaktion.",
    also_asked="Du hast auch gefragt: {title} Die Antwort: {command}",
    dont_know="Darauf weiß ich keine Antwort.",
    may_note="Darf ich deine Frage ohne deinen Namen für die notieren, die die Antworten schreiben? ✅ ja, ❌ nein",
    noted="Danke. Deine Frage ist ohne deinen Namen für die notiert, die die Antworten schreiben.",
    was_noted="Deine Frage ist ohne deinen Namen für die notiert, die die Antworten schreiben.",
    for_people="Das tut mir leid, das klingt sehr schwer, und es braucht einen Menschen und keinen Bot: Bitte sprich "
    "mit jemandem. {people} Wenn du jetzt in Gefahr bist, ruf den Notruf (112).",
    given_before="Das habe ich hier eben beantwortet: {link}",
    gone="Diese Antwort gibt es inzwischen nicht mehr. Bitte frag noch einmal.",
    tells="{who} meint, das hilft vielleicht:",
)
SPANISH = Sentences(
    source="Fuente: {origin}{of}; {review}.",
    as_of=", a fecha de {date}",
    reviewed="revisado {date}",
    not_reviewed="aún sin revisar",
    own_answers="las respuestas propias de esta comunidad",
    live_read="Las cifras actuales se leyeron a las {when}.",
    left_out="Una cifra actual no se ha podido leer ahora.",
    not_measured="No tengo ninguna medición de {service}.",
    state="{service}: {state} (desde {since}).\n\nFuente, a fecha de {measured}: {evidence}",
    corrected="(Esta respuesta se corrigió a las {when}.)",
    withdrawn="Esta respuesta se ha retirado: ya no es una de las respuestas de la comunidad.",
    is_this_it="No estoy seguro. ¿Es esto lo que quieres saber?\n\n{titles}\n\n"
    "Si es así, responde con 1 o toca la reacción.",
    which="No estoy seguro de a cuál te refieres:\n\n{titles}\n\nResponde con un número o toca una reacción.",
    also_asked="También preguntaste: {title} La respuesta: {command}",
    dont_know="No sé la respuesta a eso.",
    may_note="¿Puedo anotar tu pregunta, sin tu nombre, para quienes escriben las respuestas? ✅ sí, ❌ no",
    noted="Gracias. Tu pregunta queda anotada, sin tu nombre, para quienes escriben las respuestas.",
    was_noted="Tu pregunta queda anotada, sin tu nombre, para quienes escriben las respuestas.",
    for_people="Lo siento, eso suena muy duro, y hace falta una persona y no un bot: por favor, habla con alguien. "
    "{people} Si estás en peligro ahora, llama al número de emergencias de tu país.",
    given_before="Esto lo he contestado aquí hace un momento: {link}",
    gone="Esa respuesta ya no existe. Por favor, pregunta otra vez.",
    tells="{who} cree que esto puede ayudar:",
)
FRENCH = Sentences(
    source="Source : {origin}{of} ; {review}.",
    as_of=", à la date du {date}",
    reviewed="relu {date}",
    not_reviewed="pas encore relu",
    own_answers="les réponses de cette communauté",
    live_read="Les chiffres actuels ont été lus à {when}.",
    left_out="Un chiffre actuel n'a pas pu être lu pour l'instant.",
    not_measured="Je n'ai aucune mesure de {service}.",
    state="{service} : {state} (depuis {since}).\n\nSource, au {measured} : {evidence}",
    corrected="(Cette réponse a été corrigée à {when}.)",
    withdrawn="Cette réponse a été retirée : elle ne fait plus partie des réponses de la communauté.",
    is_this_it="Je ne suis pas sûr. Est-ce bien ta question ?\n\n{titles}\n\n"
    "Si oui, réponds par 1 ou touche la réaction.",
    which="Je ne suis pas sûr de ta question :\n\n{titles}\n\nRéponds par un numéro ou touche une réaction.",
    also_asked="Tu as aussi demandé : {title} La réponse : {command}",
    dont_know="Je ne connais pas la réponse.",
    may_note="Puis-je noter ta question, sans ton nom, pour les personnes qui écrivent les réponses ? ✅ oui, ❌ non",
    noted="Merci. Ta question est notée, sans ton nom, pour les personnes qui écrivent les réponses.",
    was_noted="Ta question est notée, sans ton nom, pour les personnes qui écrivent les réponses.",
    for_people="Je suis désolé, cela a l'air très dur, et il faut une personne plutôt qu'un bot : parle à quelqu'un, "
    "s'il te plaît. {people} Si tu es en danger maintenant, appelle le numéro d'urgence de ton pays.",
    given_before="J'y ai répondu ici il y a un instant : {link}",
    gone="Cette réponse n'existe plus. Pose ta question à nouveau, s'il te plaît.",
    tells="{who} pense que ceci peut aider :",
)

#: By language, as the bank's phrasings name theirs.
SENTENCES = {"en": ENGLISH, "de": GERMAN, "es": SPANISH, "fr": FRENCH}


def of(lang: str) -> Sentences:
    """This language's sentences; English ones where the bot doesn't speak it."""
    return SENTENCES.get(lang, ENGLISH)
