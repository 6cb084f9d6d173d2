"""How people speak of what only people can decide, in Spanish: see the folder's first file for how to read it."""

#: About one's own application for membership.
APPLICATION = r"""
    (solicite (el ingreso|entrar|unirme|una cuenta)|(envie|mande|he enviado|he mandado) (la|mi|el) (solicitud|
        formulario))~8 SILENCE
    ((ya )?me (registre|inscribi|apunte)|(he rellenado|rellene|complete) el formulario)(ELSEWHERE)~8 SILENCE
    mi APPLICATION(FOR_ANOTHER)~5 (BECAME|llegado|llego|perdid[oa]|pendiente|parad[oa])
    (estado de|paso con|pasa con|pasado con|noticias (de|sobre)|donde esta) mi APPLICATION(FOR_ANOTHER)
    (ver|visto|vieron|recibido|recibisteis|recibieron|revisar|revisado|encontrar|consultar|comprobar) mi APPLICATION
    (por que )?(me han|me habeis) (rechazado|aceptado|aprobado|admitido)(BY_OTHERS)
    (por que )?me (rechazaron|rechazasteis|aceptaron|aceptasteis)(BY_OTHERS)
    (espero|esperando)~2 (mi (cuenta|aprobacion|confirmacion)|la aprobacion de mi|que (aprueben|aprobeis) mi)
    (aprueben|aprobad|aprueba|aprobeis|activad|activen|aceptad|acepten) mi (cuenta|APPLICATION)
    cuando me~3 (aprobar|aprobais|aprueban|activar|activais|activan)~1 (la|mi) cuenta
    mi cuenta~3 (aprobada|activada|aceptada)
"""

#: About one's own payment, or what one can't pay.
PAYMENT = r"""
    mi PAYMENT~4 (fallo|falla|fallado|fallido|rechazad[oa]|denegad[oa]|llegado|llego|pasado|perdid[oa]|duplicad[oa]|
        devuelt[oa])
    (recibido|recibisteis|recibieron|visto|llego|devolver|devolvedme|devuelvan|devolvais) mi (PAYMENT|dinero)
    me( han| habeis| ha)? (cobrado|cobraron|cobrasteis|cobro)~3 (dos veces|doble|de mas|mal|otra vez|demasiado)
    (he pagado|pague) (dos veces|doble|de mas)
    ya (he pagado|pague)( la cuota| mi cuota| la aportacion| por open collective|$)
    no (puedo|me puedo|lo puedo) (permitirme|permitirmelo|permitir|pagar|pagarlo|pagarla)(FEE)
    (quiero|necesito|quisiera) (un reembolso|que me devolvais|que me devuelvan|mi dinero)
"""

#: About one's own age, or that of one's child.
AGE = r"""
    tengo( solo| apenas)? YOUNG anos(?= AND_THEN|$)
    tengo( solo| apenas)? YOUNG(?= (puedo|podria))
    (puedo|podria) (unirme|registrarme|entrar|apuntarme|participar) (con|teniendo) YOUNG( anos)?$
    soy (menor de edad|menor de 18|demasiado joven|muy joven para|demasiado mayor)
    no (soy|tengo)( aun| todavia)? (mayor de edad|los 18|18|dieciocho)
    (todavia|aun) no (soy mayor de edad|tengo (los )?18)
    (cumplo|cumplire|voy a cumplir)( los)? (18|17|16|dieciocho)
    mi (hijo|hija|hermano|hermana) tiene( solo)? YOUNG anos~5 JOINS
"""

#: About a conflict that one has: with somebody, or with a moderator's decision.
CONFLICT = r"""
    (alguien|miembro|usuario|usuaria|persona|moderador|moderadora|gente|el|ella)~3 me (esta|sigue) (acosando|
        insultando|molestando|atacando|amenazando)
    (alguien|miembro|usuario|usuaria|persona|moderador|moderadora)~3 me (acosa|insulta|insulto|ataca|ataco|amenaza|
        amenazo)
    (por que )?me (han|ha|habeis) (insultado|acosado|amenazado|BANNED)(SOMEWHERE_ELSE)
    (por que )?me (insultan|acosan|atacan|banearon|baneasteis|expulsaron|expulsasteis|suspendieron|
        silenciaron)(SOMEWHERE_ELSE)
    he sido (insultad|acosad|banead|expulsad|suspendid|silenciad)[oa](SOMEWHERE_ELSE)
    mi cuenta~3 (suspendida|silenciada|limitada|bloqueada)( injustamente| sin motivo| por (un|una) moderador|$)
    (han|habeis) (suspendido|silenciado|limitado|bloqueado|cerrado) mi cuenta( injustamente| sin motivo|$)
    tengo (un |una )?(conflicto|pelea|disputa|discusion) con
    tengo (un |muchos )?(problema|problemas|lio) con (un|una|otro|otra|alguien)( de los| de las)? ?(miembros?|
        moderador(a|es)?|usuari[oa]s?|persona|alguien|$)
    me (tratan|trataron) (mal|injustamente)
"""

#: What the words in capitals stand for.
WORDS = {
    "SILENCE": r"(nada|respuesta|responden?|contestan?|contestado|sigo|todavia|aun|cuando|noticias)",
    "APPLICATION": r"(solicitud|inscripcion|registro|peticion de ingreso)",
    "BECAME": r"rechazad[oa]|aceptad[oa]|aprobad[oa]|denegad[oa]|recibid[oa]|revisad[oa]|tramitad[oa]",
    "ELSEWHERE": r"(?! (en|al|para) (?!social|la cooperativa|vuestr|esta))",
    "FOR_ANOTHER": r"(?! (de|para|al|a) (?!ingreso|miembro|alta|soci|unirme))",
    "BY_OTHERS": r"(?! (en|para|el|la|un|una|mi|los|las) )",
    "PAYMENT": r"(pago|aportacion|contribucion|cuota|donacion|transferencia|tarjeta)",
    "FEE": r"( (la|mi|esa|una) (cuota|aportacion|membresia)| (lo|esto|eso|tanto|mas|ahora|este mes)|$)",
    "YOUNG": r"([89]|1[0-7]|doce|trece|catorce|quince|dieciseis|diecisiete)",
    "AND_THEN": r"(puedo|podria|es|se|pero|me|y (quiero|quisiera|me gustaria|puedo))\b",
    "JOINS": r"(puede|unirse|cuenta|entrar|apuntarse|registrarse)",
    "BANNED": r"(banead[oa]|expulsad[oa]|echad[oa]|suspendid[oa]|silenciad[oa])",
    "SOMEWHERE_ELSE": r"(?! (de|en|del) (?!social|mastodon|aqui|la sala|esta|el servidor))",
}
