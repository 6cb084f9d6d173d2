"""What people say to the bot that only people can decide; and what only looks so."""

from handlers.newcomers.people.matters import Matter

APPLICATION = {
    "en": """
        any update on my application?
        what's happening with my membership application
        how long until my account gets approved
        can I change my application
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
        hey, sent my registration off like 3 weeks ago, any idea what's going on?
        is anyone going to look at my application
        Could somebody tell me whether my application arrived?
        I filled in the form twice by accident
        do you know if I got accepted?
        have I been approved
        How come my registration was denied?
        I got an email that my application was declined, can I appeal
        pls accept me
        I haven't heard anything since I applied
        it's been a month since I applied
    """,
    "de": """
        Wie steht es um meine Bewerbung?
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
        Ich hab vor einem Monat das Anmeldeformular ausgefüllt, kam nie was zurück
        Könnt ihr mal nach meinem Antrag schauen?
        Wann bekomme ich mein Konto?
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
        ¿Cuándo me vais a aprobar la cuenta?
        mandé el formulario hace días y nadie contesta
        ¿mi solicitud se ha perdido?
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
        mon inscription est-elle validée ?
        j'ai rempli le formulaire il y a un mois, toujours rien
    """,
}
PAYMENT = {
    "en": """
        I paid already, what now
        how do I get a refund for my payment?
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
        payment didn't work for me, card got refused
        I was billed twice in March
        my donation never arrived
        I'm broke right now and can't pay my dues
        I can't afford the membership this year
        why did you take 10 dollars twice from my account
        money was taken from my account twice
        I'd like a refund please
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
        Die Abbuchung war doppelt
        Ich kann mir den Beitrag gerade nicht leisten
        ich bin arbeitslos und kann den Beitrag nicht zahlen
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
        no me puedo permitir la cuota
        me cobraron dos veces este mes
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
        je suis au chômage, je ne peux pas payer
        mon paiement n'est pas passé
    """,
}
AGE = {
    "en": """
        can I join at 16?
        could I sign up with 15
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
        I'm fifteen. Can I have an account?
        my kid is 12, can she have an account?
        I'll be 18 next month, can I sign up already?
        I am underage
    """,
    "de": """
        Darf ich mit 16 schon mitmachen?
        Ich bin 16, darf ich mitmachen?
        ich bin erst 15 Jahre alt
        Ich bin noch minderjährig
        Bin ich zu jung?
        Ich werde bald 18
        Meine Tochter ist 15, darf sie mitmachen?
        ich bin 17, geht das?
        bin 15, darf ich?
    """,
    "es": """
        ¿Puedo unirme con 16 años?
        Tengo 16 años, ¿puedo entrar?
        soy menor de edad
        Todavía no tengo 18
        Mi hija tiene 15 años, ¿puede unirse?
        tengo 17, ¿puedo apuntarme?
    """,
    "fr": """
        Puis-je m'inscrire à 16 ans ?
        J'ai 16 ans, je peux venir ?
        je suis mineure
        Je n'ai pas encore 18 ans
        Suis-je trop jeune ?
        Ma fille a 15 ans, peut-elle s'inscrire ?
        j'ai 17 ans, est-ce un problème ?
    """,
}
CONFLICT = {
    "en": """
        my post was removed by a moderator
        a moderator treated me unfairly
        I want to complain about a moderator
        I don't feel safe with one of the members
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
        someone in the chat called me an idiot
        one of your mods deleted my post for no reason
        I got kicked out of the room yesterday, why?
        a member is stalking me
        I'm being harassed by another member
        my account got suspended and nobody tells me why
        why am I muted
        I feel bullied
        there's someone who keeps sending me insults
        Bob insulted me in the chat
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
        Ein Mod hat meinen Beitrag gelöscht, warum?
        Ich wurde aus dem Raum geworfen
        Ich fühle mich gemobbt
        ich habe ein Problem mit einem anderen Mitglied
    """,
    "es": """
        Alguien me está acosando
        un miembro me insulta
        Un moderador me ha expulsado injustamente
        ¿Por qué me han suspendido?
        He sido baneada sin motivo
        Tengo un conflicto con otro miembro
        habéis suspendido mi cuenta
        me han echado de la sala
        tengo un problema con otro miembro
    """,
    "fr": """
        Quelqu'un me harcèle
        un membre m'insulte
        Un modérateur m'a banni injustement
        J'ai été suspendue sans raison
        Pourquoi ai-je été banni ?
        J'ai un conflit avec un autre membre
        mon compte a été suspendu
        on m'a exclu du salon sans explication
        j'ai un problème avec un modérateur
    """,
}
#: General questions, what isn't theirs, and what others have.
_NEITHER = """
    people are attacking me on twitter lol
    I already paid my taxes
    can I join at 16:00?
    can I join with my phone
    are there updates on the application form?
    can I change my application password
    my post was removed by accident, how do I get it back
    I don't feel safe with this app
    how long until my account can post pictures
    darf ich mit dem Fahrrad kommen
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
    can you refund me for the concert ticket, Ali
    my card was declined at the zoo
    since I signed up my timeline is empty
    my donation to the zoo made me happy
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


def lines_of(text: str) -> list[str]:
    """One a line."""
    return [line.strip() for line in text.strip().splitlines()]


MATTERS = {
    Matter.APPLICATION: APPLICATION,
    Matter.PAYMENT: PAYMENT,
    Matter.AGE: AGE,
    Matter.CONFLICT: CONFLICT,
}
#: What somebody says, what it is about, and the language that it is in.
THEIRS = [
    (line, matter, lang)
    for matter, by_lang in MATTERS.items()
    for lang, text in by_lang.items()
    for line in lines_of(text)
]
NEITHER = lines_of(_NEITHER)
