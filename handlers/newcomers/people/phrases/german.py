"""How people speak of what only people can decide, in German: see the folder's first file for how to read it."""

#: About one's own application for membership.
APPLICATION = r"""
    (ich (habe|hab|hatte)|(habe|hab|hatte) ich)~1 mich( HERE)?( WHEN)?( HERE)? (beworben|angemeldet|
        registriert)~6 SILENCE
    ich (habe|hab)~4 (\w{0,14}formular|antrag|bewerbung)~1 (abgeschickt|ausgefullt|gesendet|geschickt|
        eingereicht)~6 SILENCE
    mein(e|en|em|er|es)? APPLICATION(FOR_ANOTHER)~5 (BECAME|angekommen|eingegangen|erhalten|bekommen|gesehen|
        gelesen|stand)
    (kannst|konnt|konnen|konntest|konntet) (du|ihr|sie)~2 mein(e|en) APPLICATION~2 (sehen|finden|prufen|lesen|
        annehmen)
    (was (ist|wurde|wird)~1 (mit|aus)|wo (ist|bleibt)|stand|status) mein(e|er|em|es)? APPLICATION(FOR_ANOTHER)
    (wurde|bin|warum wurde|wieso wurde) ich~2 (abgelehnt|aufgenommen|freigeschaltet|angenommen)
    ich (wurde|bin)~2 (abgelehnt|noch nicht freigeschaltet|nicht freigeschaltet|nicht aufgenommen)( worden)?
    ihr habt~1 (mich|mein(e|en) APPLICATION)~1 (abgelehnt|ignoriert)
    ich warte~5 auf (mein konto|meine~1 (freischaltung|bestatigung|zusage|aufnahme)|die (freischaltung|aufnahme))
    (wann wird )?mein konto~3 (freigeschaltet|genehmigt|bestatigt|aktiviert)
    (kannst|konnt|konnen|konntest|konntet) (du|ihr|sie)~2 nach mein(em|er) APPLICATION~1 (sehen|schauen)
    wie steht( es| s)? (um|mit)? ?mein(e|er|en|em)? APPLICATION(FOR_ANOTHER)
    wann (bekomme|kriege|erhalte) ich~1 mein konto
    (schalte|schaltet|nehmt|nimm) (mich|mein konto)( bitte)?~1 (frei|auf)
"""

#: About one's own payment, or what one can't pay.
PAYMENT = r"""
    mein(e|er)? PAYMENT~4 (fehlgeschlagen|abgelehnt|angekommen|eingegangen|geplatzt|gescheitert|verschwunden|
        nicht durch)
    mein(en)? (mitglieds)?beitrag~4 (abgebucht|bezahlt|uberwiesen|eingegangen|angekommen|eingezogen)
    habt ihr~1 mein(e|en)? (PAYMENT|beitrag|mitgliedsbeitrag|geld)~2 (bekommen|erhalten|gesehen)
    (mir|von mir) (wurde|wurden)~5 (abgebucht|berechnet|belastet)
    ich (wurde|habe|hab)~3 (doppelt|zweimal|zu viel)~1 (belastet|bezahlt|gezahlt|uberwiesen)
    ihr habt~4 (abgebucht|eingezogen)
    ich (habe|hab) (doch )?(schon|bereits) (bezahlt|gezahlt|uberwiesen)
    ich kann( mir)?( FEE)?( leider| gerade| momentan| diesen monat| das| es)? nicht( mehr| so viel)? (leisten|
        bezahlen|zahlen)
    FEE kann ich( mir)?( leider| gerade| momentan)? nicht( mehr)? (leisten|bezahlen|zahlen)
    ich (will|mochte|hatte gerne?)~1 mein geld zuruck
    ich~4 und kann( mir)? FEE( leider| gerade| momentan)? nicht( mehr)? (leisten|bezahlen|zahlen)
    (die|eine) abbuchung~2 (doppelt|falsch|zweimal)
    (bekomme|kriege|kann) ich~2 mein geld~1 zuruck
"""

#: About one's own age, or that of one's child.
AGE = r"""
    ich bin( erst| noch| gerade)? YOUNG( jahre alt| jahre)?(?= AND_THEN|$)
    ich bin( noch)? (minderjahrig|nicht volljahrig|keine 18|nicht 18|unter 18|zu jung)
    bin( erst)? YOUNG( jahre alt)?(?= (darf|kann) ich)
    (darf|kann) ich( schon| auch| hier)? mit YOUNG( jahren)?( schon| auch| hier)? (mitmachen|beitreten|mitglied werden|
        mich anmelden)
    bin ich( dafur| noch)? (zu jung|zu alt|alt genug)
    ich werde (erst |bald |dieses jahr |nachstes jahr )?(18|17|16)(?! UNITS)
    mein(e)? (sohn|tochter|kind|bruder|schwester) ist( erst)? YOUNG~5 JOINS
"""

#: About a conflict that one has: with somebody, or with a moderator's decision.
CONFLICT = r"""
    PEOPLE~3 (mobbt|belastigt|beleidigt|beschimpft|provoziert|verleumdet|schikaniert|bedroht) (mich|uns)
    (hat|haben|habt|hast) michUNLESS_AT (beleidigt|gemobbt|belastigt|beschimpft|bedroht|BANNED)
    ich (wurde|werde|bin|fuhle mich)UNLESS_AT (gemobbt|belastigt|beleidigt|beschimpft|schikaniert|
        ungerecht behandelt|BANNED)(SOMEWHERE_ELSE)
    (wurde|werde) ichUNLESS_AT (gemobbt|belastigt|beleidigt|beschimpft|BANNED)
    (warum|wieso|weshalb) (wurde|bin|habt ihr) (ich|mich)UNLESS_AT BANNED
    mein konto (wurde|ist)UNLESS_AT (gesperrt|stummgeschaltet|eingeschrankt)
    ich (habe|hab|hatte)~1( einen)?( ziemlichen)? (konflikt|streit|arger|krach) mit (einem|einer|jemandem|dem|der|
        meinem)
    ich (habe|hab|hatte) (ein |ein grosses )?(problem|probleme) mit (einem|einer|jemandem|dem|
        der)( anderen)? (PEOPLE|jemandem)
    (mod|mods|moderator|moderatorin|jemand|ihr)~2 mein(e|en)? (beitrag|beitrage|post|posts|konto)~2 (geloscht|entfernt)
    (lasst|lassen) mich nicht in ruhe
"""

#: What the words in capitals stand for.
WORDS = {
    "SILENCE": r"(nichts|keine|keinen|wann|warte|noch immer|immer noch|nie|seither|seitdem|funkstille|was jetzt)",
    "APPLICATION": r"(mitgliedsantrag|aufnahmeantrag|beitrittsantrag|antrag|bewerbung|anmeldung|registrierung|"
    r"freischaltung)",
    "BECAME": r"abgelehnt|angenommen|bearbeitet|genehmigt|gepruft|verloren|bestatigt|untergegangen|akzeptiert|"
    r"freigeschaltet",
    "HERE": r"(bei euch|bei social coop|hier)",
    "WHEN": r"(schon|bereits|gestern|heute|vor \w{1,9} \w{1,9}|am \w{1,12}|letzten? \w{1,12})",
    "FOR_ANOTHER": r"(?! (bei|beim|um|auf|als|fur) (?!social|euch|(eine|die) mitgliedschaft|ein konto|"
    r"die genossenschaft))",
    "PAYMENT": r"(zahlung|uberweisung|spende|lastschrift|abbuchung|kreditkarte|karte)",
    "FEE": r"(das|es|den beitrag|meinen beitrag|den mitgliedsbeitrag|die mitgliedschaft|so viel)",
    "YOUNG": r"([89]|1[0-7]|zwolf|dreizehn|vierzehn|funfzehn|sechzehn|siebzehn)",
    "AND_THEN": r"(alt|darf|kann|geht|ist|konnte|aber|und (mochte|will|wurde|darf|kann))\b",
    "UNITS": r"(min|uhr|stund|sek|tag|met)\w{0,6}",
    "JOINS": r"(mitmachen|beitreten|konto|mitglied|anmelden|darf|registrieren)",
    "BANNED": r"(gesperrt|gebannt|rausgeworfen|hinausgeworfen|geworfen|gekickt|ausgeschlossen|stummgeschaltet|"
    r"verwarnt)",
    "UNLESS_AT": r"( (?!(bei|beim|auf|aus|im) (?!social|mastodon|euch|dem (server|raum|chat)|diesem))\w{1,30}){0,4}",
    "SOMEWHERE_ELSE": r"(?! (auf|bei|von|aus) (?!social|mastodon|hier|euch|einem mod|einer mod|dem raum|diesem))",
    "PEOPLE": r"(jemand|mitglied|mitglieder|nutzer|nutzerin|user|moderator|moderatorin|mod|er|sie|einer|leute|"
    r"person)",
}
