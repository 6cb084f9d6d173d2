"""How people speak of what only people can decide, in French: see the folder's first file for how to read it."""

#: About one's own application for membership.
APPLICATION = r"""
    j ai( bien| deja)? (envoye|fait|rempli|depose|soumis) (ma|la|le|mon) (demande|candidature|formulaire|
        inscription)~8 SILENCE
    je me suis inscrite?( chez vous| sur social coop)?(ELSEWHERE)~8 SILENCE
    j ai postule( chez vous)?(ELSEWHERE)~8 SILENCE
    ma APPLICATION(FOR_ANOTHER)~5 (BECAME|recue|perdue|en attente|en cours|arrivee|bloquee)
    (recu|voir|vu|etat de|nouvelles de|ou en est|verifier|regarder|trouver|statut de|devient|valider|
        passe avec) ma APPLICATION(FOR_ANOTHER)
    (ai je|m a t on|m avez vous|on m a|vous m avez|pourquoi ai je)~1( ete)? (refuse|accepte|rejete)e?(BY_OTHERS)
    (mon inscription|ma demande) est( elle|t elle)? (validee|acceptee|refusee|rejetee)
    j ai ete (refuse|rejete)e?(BY_OTHERS)
    j attends~4 (mon compte|ma (validation|confirmation)|la validation de (mon|ma)|une reponse a ma (demande|
        candidature))
    mon compte~4 (ete |soit |sera )(valide|active|accepte|approuve)
    (validez|valider|activez|approuvez|acceptez) (mon (compte|inscription)|ma demande)
"""

#: About one's own payment, or what one can't pay.
PAYMENT = r"""
    (mon|ma) PAYMENT~4 (echoue|refusee?|rejetee?|passee?|arrivee?|recue?|perdue?|double|bloquee?|annulee?)
    (recu|voir|rembourser|remboursez|verifier|retrouver) (mon|ma) (PAYMENT|argent)
    (on|vous) m (a|avez)~1 (preleve|debite|facture)
    j ai( ete)? (paye|preleve|debite|facture)e?~2 (deux fois|en double|en trop|trop)
    j ai( pourtant)? deja paye
    je( ne| n)?( peux| pourrai)( pas| plus)( me le| me la| me)? (permettre|payer)(FEE)
    je n ai pas les moyens( de payer| d adherer| de cotiser|$)
    je (veux|voudrais|souhaite) (un remboursement|etre remboursee?|recuperer mon argent)
"""

#: About one's own age, or that of one's child.
AGE = r"""
    j ai( seulement| juste| a peine)? YOUNG ans(?= AND_THEN|$)
    (puis je|je peux) (m inscrire|adherer|participer|rejoindre social coop) a YOUNG ans
    je suis( encore| toujours)? (mineure?|trop jeune|trop vieux|trop vieille|pas majeure?|pas encore majeure?)
    je ne suis pas( encore)? majeure?
    je n ai pas( encore)? (18|dix huit) ans
    suis je (trop jeune|trop vieux|trop vieille|assez agee?)
    j aurai( bientot)? (18|17|16) ans
    (mon fils|ma fille|mon frere|ma soeur|mon enfant) a( seulement)? YOUNG ans~5 JOINS
"""

#: About a conflict that one has: with somebody, or with a moderator's decision.
CONFLICT = r"""
    (quelqu ?un|membre|personne|utilisateur|utilisatrice|moderateur|moderatrice|gens|il|elle)~3 (me|m) (harcele|
        insulte|attaque|menace|provoque|denigre)(nt)?
    (m a|m ont|m avez)~2 (insulte|harcele|attaque|menace|humilie|agresse|BANNED)e?(SOMEWHERE_ELSE)
    (j ai ete|je suis|ai je ete|suis je|j etais)~2 (insulte|harcele|BANNED)e?(SOMEWHERE_ELSE)
    je me (suis fait|fais) (insulter|harceler|bannir|exclure|virer|expulser|suspendre)(SOMEWHERE_ELSE)
    mon compte (a ete|est)~2 (suspendu|bloque|limite|banni)( injustement| sans raison| par (un|une|la) moder\w{1,9}|
        $)
    j ai (un|une|eu un|eu une)( gros| grave)? (conflit|dispute|litige|differend|querelle) avec
    j ai (un|des|eu un)( gros)? (probleme|problemes|souci|soucis) avec (un autre|une autre|un|une|
        l un des) (membres?|moderat\w{1,6}|utilisat\w{1,6}|personne)
    (ne )?me (laisse|laissent) pas tranquille
"""

#: What the words in capitals stand for.
WORDS = {
    "SILENCE": r"(rien|pas de|aucune|aucun|quand|toujours|sans|attends|reponse|nouvelles)",
    "APPLICATION": r"(demande|candidature|inscription)",
    "BECAME": r"refusee|acceptee|validee|rejetee|approuvee|traitee|examinee",
    "ELSEWHERE": r"(?! (a|au|aux|sur|en|dans|pour) (?!social|la coop|votre))",
    "FOR_ANOTHER": r"(?! (de|d|au|aux|pour) (?!adhesion|inscription|compte|membre|social))",
    "BY_OTHERS": r"(?! (a|au|par|dans|en|pour|le|la|un|une) )",
    "PAYMENT": r"(paiement|cotisation|contribution|don|virement|carte|prelevement)",
    "FEE": r"( (la|ma|cette|une|l) (cotisation|contribution|adhesion)| (ca|cela|autant|en ce moment|ce mois)|$)",
    "YOUNG": r"([89]|1[0-7]|douze|treize|quatorze|quinze|seize|dix sept)",
    "AND_THEN": r"(puis|est|je peux|peux|mais|c est|et je (veux|voudrais|peux)|et j aimerais)\b",
    "JOINS": r"(peut|inscrire|adherer|compte|rejoindre|venir)",
    "BANNED": r"(banni|exclu|suspendu|expulse|vire|averti)",
    "SOMEWHERE_ELSE": r"(?! (de|du|sur|par|a|au|en) (?!social|mastodon|ici|ce|cette|salon|un mod|une mod|la mod))",
}
