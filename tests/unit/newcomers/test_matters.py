"""Which messages are about what is somebody's own and only people can decide, and which only look so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.faq.answering.manners import _DISTRESS, is_distress
from handlers.newcomers.people import danger, matters
from handlers.newcomers.people.danger import in_danger
from handlers.newcomers.people.matters import _LANGUAGES, Matter, matter_in
from handlers.newcomers.people.words import LONGEST, plain
from tests.unit.newcomers.spelled_out import spelled_out

APPLICATION = {
    "en": """
        I applied two weeks ago and heard nothing
        I applied last Monday, still nothing!
        was my application rejected?
        can you see my registration?
        have you received my application
        Could you check on my application please?
        Hi! I signed up ten days ago and never got an answer
        I've registered but I haven't heard back
        what's the status of my application
        is there any news about my application
        did you get my application form?
        has my membership application been approved yet?
        why was I rejected?
        I was rejected, why?
        you rejected me without saying why
        please approve my account
        I'm still waiting for my account
        I have been waiting for weeks for approval
        when will my account be approved
        My account hasn't been approved yet
        I never got a confirmation mail
        I sent in the form on Sunday, when will I hear something
        I made a typo in my application, can I correct it?
        I'd like to withdraw my application
        where is my application now
        my application is still pending
        what happened to my application?
        I applied to social.coop and heard nothing
        I applied for membership a month ago
    """,
    "de": """
        Ich habe mich vor zwei Wochen beworben und nichts gehört
        Wurde mein Antrag abgelehnt?
        Habt ihr meine Bewerbung bekommen?
        Kannst du meine Anmeldung sehen?
        was ist mit meinem Antrag?
        Ich hab das Formular abgeschickt, aber noch keine Antwort
        Warum wurde ich abgelehnt?
        Ich warte seit Tagen auf mein Konto
        Mein Konto ist noch nicht freigeschaltet
        Ich habe mich angemeldet, wann höre ich was?
        Ist meine Registrierung angekommen?
    """,
    "es": """
        Envié la solicitud hace dos semanas y no sé nada
        ¿Han rechazado mi solicitud? Mi solicitud fue rechazada
        ¿Habéis recibido mi solicitud?
        ¿Puedes ver mi registro?
        ¿Por qué me han rechazado?
        Me registré hace un mes y sigo sin respuesta
        ¿Qué pasa con mi solicitud?
        sigo esperando la aprobación de mi cuenta
        Mi cuenta todavía no está aprobada
    """,
    "fr": """
        J'ai envoyé ma demande il y a deux semaines et rien
        Ma demande a-t-elle été refusée ?
        Avez-vous reçu ma candidature ?
        Tu peux voir ma demande ?
        Où en est mon... où en est ma demande ?
        Je me suis inscrite lundi et je n'ai aucune nouvelle
        Pourquoi ai-je été refusé ?
        J'attends toujours mon compte
        mon compte n'a pas encore été validé
    """,
}
PAYMENT = {
    "en": """
        my payment failed
        My payment didn't go through
        my last contribution was declined, what now
        I was charged twice
        I've been charged twice this month
        you charged me again after I left
        Open Collective charged me although I cancelled
        I can't afford it
        I can't afford the fee
        sorry, I can't afford membership right now
        I lost my job and can't pay any more
        I cannot pay the contribution this month
        did my payment arrive?
        have you received my payment?
        can you refund my last payment
        I want my money back
        can I get a refund?
        I already paid
        please cancel my contribution
        my card was declined
        I paid twice by mistake
        I'm behind with my payments
    """,
    "de": """
        Meine Zahlung ist fehlgeschlagen
        Mein Beitrag wurde doppelt abgebucht
        Mir wurde zweimal Geld abgebucht
        Ich kann mir das nicht leisten
        Ich kann den Beitrag nicht mehr bezahlen
        Habt ihr meine Überweisung bekommen?
        Ich habe doch schon bezahlt
        Ich will mein Geld zurück
    """,
    "es": """
        Mi pago ha fallado
        mi tarjeta fue rechazada
        Me han cobrado dos veces
        No puedo pagar la cuota
        no puedo permitírmelo
        ¿Habéis recibido mi pago?
        Ya he pagado la cuota
        quiero un reembolso
    """,
    "fr": """
        Mon paiement a échoué
        ma carte a été refusée
        Vous m'avez débité deux fois
        J'ai payé deux fois
        Je ne peux pas payer la cotisation
        je n'ai pas les moyens
        J'ai déjà payé
        Je voudrais un remboursement
    """,
}
AGE = {
    "en": """
        I'm 16, may I join?
        im 15 can i join
        I am 17 years old, is that ok?
        I'm 14
        I'm only sixteen but I'd like to join
        I'm under 18, is that a problem?
        I'm a minor
        I am not 18 yet
        am I too young?
        am I too old for this place?
        I turn 18 in March, may I register now?
        my daughter is 15, can she join?
        my son is 16 and wants in
    """,
    "de": """
        Ich bin 16, darf ich mitmachen?
        ich bin erst 15 Jahre alt
        Ich bin noch minderjährig
        Bin ich zu jung?
        Ich werde bald 18
        Meine Tochter ist 15, darf sie mitmachen?
    """,
    "es": """
        Tengo 16 años, ¿puedo entrar?
        soy menor de edad
        Todavía no tengo 18
        Mi hija tiene 15 años, ¿puede unirse?
    """,
    "fr": """
        J'ai 16 ans, je peux venir ?
        je suis mineure
        Je n'ai pas encore 18 ans
        Suis-je trop jeune ?
        Ma fille a 15 ans, peut-elle s'inscrire ?
    """,
}
CONFLICT = {
    "en": """
        someone is bullying me
        Someone keeps insulting me
        another member is harassing me
        a moderator insulted me yesterday
        a moderator banned me unfairly
        The mods suspended my account
        you deleted my post, why
        why was I banned?
        I was banned for no reason
        I've been suspended unfairly
        my account was silenced
        I have a conflict with Bob
        I have a conflict with another member
        I'm having an argument with one of the mods
        I've got a problem with another member
        I have an issue with one of the moderators
        I feel unsafe here
        he won't leave me alone
        I want to appeal my suspension
        they keep harassing me
        I'm being bullied by a member
        she called me names
    """,
    "de": """
        Jemand mobbt mich
        Ein Mitglied beleidigt mich ständig
        Ein Moderator hat mich zu Unrecht gesperrt
        Ich wurde ohne Grund gebannt
        Warum wurde ich gesperrt?
        Mein Konto wurde gesperrt
        Ich habe einen Konflikt mit Bob, nein: ich habe Streit mit einem Mitglied
        Ich werde beleidigt
    """,
    "es": """
        Alguien me está acosando
        un miembro me insulta
        Un moderador me ha expulsado injustamente
        ¿Por qué me han suspendido?
        He sido baneada sin motivo
        Tengo un conflicto con otro miembro
        habéis suspendido mi cuenta
    """,
    "fr": """
        Quelqu'un me harcèle
        un membre m'insulte
        Un modérateur m'a banni injustement
        J'ai été suspendue sans raison
        Pourquoi ai-je été banni ?
        J'ai un conflit avec un autre membre
        mon compte a été suspendu
    """,
}
#: General questions, what isn't theirs, and what others have.
NEITHER = """
    how do I apply?
    Where is the registration form?
    what does membership cost?
    how much should I give
    who can become a member
    is there an age limit?
    do I have to be 18?
    how do I report abuse?
    is there a code of conduct?
    who reviews applications?
    how long does approval take
    what happens after I send the form
    how can I change my contribution
    how do I stop my payments
    can I pay by bank transfer?
    can I pay by the year?
    where does the money go
    what happens when somebody is banned?
    who decides on bans
    how do I block somebody
    how do I mute a user
    I'd like to join
    I want to sign up
    I applied for a job at the library
    I applied to the university two weeks ago and heard nothing
    my visa application got rejected
    my job application was rejected
    my application for the visa was rejected
    I registered a domain last week and it still isn't live
    I signed up for the marathon last week
    I joined last week and I already love it
    they rejected my paper again
    my paper was accepted
    did you see the application form of the new library
    I was rejected by the university
    still waiting for the bus
    waiting for the approval of the budget
    the application crashed when I opened it
    my application server was rejected by the firewall
    my phone company charged me twice
    I was charged with the minutes of the meeting
    I can't afford a house in this town
    I can't afford the rent
    my friend can't afford it
    Bob's payment failed
    somebody said that their payment failed
    the payment failed for my neighbour
    I can't pay attention today
    I paid the bus driver twice... no, I paid for two
    I'm 15 minutes late
    I'm 16 hours behind you
    I am 12th in the queue
    I'm 40, may I join?
    I'll be 18 minutes late
    my son is 15 today
    my dog is 16 years old
    Bob is 15 and in the choir
    I'm 17% done with the book
    he is bullying Bob
    somebody insulted Ana yesterday
    Ana has a conflict with Bob
    they banned Bob from the room
    I was banned from Twitter
    I got banned from Reddit for this
    I have a merge conflict with main
    my account on Twitter was suspended
    I banned sugar from my diet
    I have a problem with uploads
    I have an issue with the app
    is someone following me?
    nobody blocked the road
    the moderator is nice
    next
    hello
    thanks, that helps
    Wie werde ich Mitglied?
    Was kostet die Mitgliedschaft?
    Gibt es ein Mindestalter?
    Ich habe mich bei der Bibliothek beworben und nichts gehört
    Ich kann mir kein Haus leisten
    Ich bin 16 Minuten zu spät
    Ich bin 40
    mein Beitrag ist verschwunden
    Wie melde ich Belästigung?
    Ich wurde bei Twitter gesperrt
    Die Zahlung von Bob ist fehlgeschlagen
    ¿Cómo me registro?
    ¿Cuánto cuesta ser miembro?
    ¿hay una edad mínima?
    Mi solicitud de empleo fue rechazada
    No puedo pagar el alquiler
    Tengo 15 años de experiencia
    me molesta el ruido
    ¿Cómo denuncio un abuso?
    Me han expulsado de Twitter
    Comment s'inscrire ?
    Combien coûte l'adhésion ?
    à partir de quel âge
    Ma demande de visa a été refusée
    Je ne peux pas payer mon loyer
    J'ai 15 ans d'expérience
    Comment signaler un abus ?
    J'ai été banni de Twitter
    je me suis inscrite à la gym lundi et toujours rien
"""


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


MATTERS = {
    Matter.APPLICATION: APPLICATION,
    Matter.PAYMENT: PAYMENT,
    Matter.AGE: AGE,
    Matter.CONFLICT: CONFLICT,
}
THEIRS = [
    (line, matter, lang)
    for matter, by_lang in MATTERS.items()
    for lang, text in by_lang.items()
    for line in _lines(text)
]


@pytest.mark.parametrize(("text", "matter", "lang"), THEIRS)
def test_what_only_people_can_decide_is_known_and_so_is_its_language(text, matter, lang):
    assert matter_in(text) == (matter, lang)


@pytest.mark.parametrize("text", _lines(NEITHER))
def test_general_questions_and_what_others_have_are_left_alone(text):
    assert matter_in(text) is None


DISTRESS = [text for pattern in _DISTRESS.values() for text in spelled_out(pattern)]


def test_who_may_be_in_danger_is_left_to_those_who_answer_that_whatever_else_they_say():
    assert len(DISTRESS) > 50
    assert all(map(is_distress, DISTRESS))
    for text in DISTRESS:
        assert in_danger(text), text
        for joined in (text, f"my payment failed and I was banned. {text}", "my payment failed. " * 200 + text):
            assert matter_in(joined) is None, joined


def test_without_that_care_they_would_be_told_whom_to_ask(monkeypatch):
    monkeypatch.setattr(matters, "in_danger", lambda _: False)
    assert matter_in("my payment failed and I want to die") == (Matter.PAYMENT, "en")


def test_what_is_quoted_and_what_is_code_isnt_theirs():
    assert matter_in("> my payment failed\nwhat did Bob mean?") is None
    assert matter_in("`my payment failed` is what the log says") is None


def test_only_the_first_part_of_a_long_text_is_read():
    assert matter_in("ha " * LONGEST + "my payment failed") is None


def test_no_pattern_repeats_without_a_limit():
    for module in _LANGUAGES.values():
        tables = [getattr(module, matter.name) for matter in Matter]
        assert not {"*", "+"} & set("".join([*tables, *module.WORDS.values()]))
    assert "+" not in danger.WORDS.pattern


@given(st.text())
def test_no_text_makes_it_fail(text):
    assert matter_in(text) is None or matter_in(text)
    assert plain(plain(text)) == plain(text)
