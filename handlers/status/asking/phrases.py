"""The plainest ways to ask how a service is, and to say that it fails here too, in four languages.

Each line is a pattern for a whole message in the words of `names.tokens`: S stands for the services that are named, or
for what stands for them ("it", "the server"). Words in capitals stand for the alternatives below. Every repetition in
them begins with a word of its own, so that none takes long to try.
"""

#: What people call whatever they mean at the moment.
GENERIC = "it this server servers site website page instance servidor sitio pagina instancia serveur seite instanz"
ARTICLES = "the our das der die den dem unser unsere el la le les los notre"

OPENING = """
    hi hello hey hallo moin hola bonjour salut all everyone folks so sorry please ok okay um bitte entschuldigung perdon
    pardon leute zusammen
"""
OPENING_PHRASES = """
    quick question
    (does )?(anyone|anybody|someone) know (if|whether)
    do you know (if|whether)
    can you tell me (if|whether)
    (weiss jemand|weisst du) ob
    (alguien sabe|sabes|sabeis) si
    (quelqu un sait|tu sais) si
"""
ENDING = """
    please|pls|thanks|thank you|again|now|right now|today|currently|at the moment|yet|too|as well|here|elsewhere|or not
    for (anyone|anybody|everyone|everybody|someone|somebody|others|you|me|us)( else)?
    this (morning|evening|afternoon)
    or (is G )?(just|only) me
    bitte|danke|gerade|grad|wieder|jetzt|heute|auch
    bei (euch|dir|mir|uns|jemandem)( auch)?
    oder (nur |bin nur |bin )(bei mir|ich)
    por favor|gracias|ahora|ahora mismo|hoy|otra vez|tambien|en este momento
    para (alguien|todos)( mas)?
    o (es )?solo (a|para) mi
    svp|stp|merci|s il (vous|te) plait|aujourdhui|en ce moment|maintenant|encore|aussi
    chez (vous|toi|moi)
    ou (c est )?(que |juste )(chez )?moi
"""

ASKED = {
    "en": """
        (why )?(is|are|was|has|have|isnt|arent|did) S STATE
        S ((is|are|isnt|arent|has|seems|looks|appears) )?STATE
        (why )?(does|do|did|can|will|doesnt|dont|wont) S ((not|still|even|actually) )*VERB
        S (still )?(doesnt|dont|wont|does not|do not|will not) (even )?VERB
        S (cant|cannot) be (reached|opened|loaded)
        (can|could) (anyone|anybody|someone|you|people|others) (else )?(still )?REACH S
        ((i|we) )?(still )?(cant|cannot|can not|couldnt|could not) (even )?(REACH|access|use|see) S
        ((is|are) there )?((any|an|a|some|anyone|anybody|else|having|seeing|got) )*TROUBLE (with|of|on|at|for) S
        (whats|what is) (wrong|up|going on|happening|the matter) with S
        ((whats|what is|hows|how is) )?(the )?(current )?(status|state) of S
        S status
        (how is|how are|hows) S( doing)?
        when (will|is|are) S ((be|going to be|coming) )?back( up| online)?
    """,
    "de": """
        (warum )?(ist|sind|war) S STATE
        S ((ist|sind) )?STATE
        (warum )?VERB SREST
        S VERBREST
        was ist ((denn|gerade|nur) )*(mit|bei) S( los)?
        (gibt es|gibts|hat jemand) ((gerade|auch|ein|eine|irgendwelche|sonst|noch) )*TROUBLE (mit|bei) S
        (wie ist (der )?)?status (von|vom|der|des|fur) S
        wann (ist|geht|kommt) S wieder( da| online)?
    """,
    "es": """
        (por que )?(esta|estan|sigue|siguen|va) (S STATE|STATE S)
        S ((esta|estan|sigue|siguen|va|van) )?STATE
        (por que )?(no )?(os |te )?VERB S
        (por que )?S (ya )?(no )?VERB
        (se )?(ha )?(cayo|caido) S
        que (le )?(pasa|ocurre|sucede) (con|a) S
        (hay|tiene alguien|alguien tiene) ((algun|alguna|un|una|mas) )*TROUBLE (con|en) S
        (cual es )?(el )?estado de S
    """,
    "fr": """
        (pourquoi )?(est ce que )?S (n )?(est|sont) ((il|elle|ils|elles) )?STATE
        (est|sont) S STATE
        S STATE
        (pourquoi )?(est ce que )?S (ne )?VERB( (il|elle|t il|t elle|pas|plus|mal|bien|encore|toujours))*
        ((y a t il|il y a|y a) )?((un|une|des|d autres) )?TROUBLE (avec|sur|de|chez) S
        (que se passe t il|qu est ce qui se passe|qu est ce qu il y a) avec S
        (quel est )?(l )?etat (de|du|des) S
    """,
}
#: A word in capitals, and what it stands for; where there are two lines, something of the first may come before.
WORDS = {
    "en": {
        "STATE": """
            still really also already currently just so now again being completely totally very super actually been
            down|offline|broken|dead|up|online|working|loading|responding|slow|laggy|back|back up|back online|ok|okay
            fine|available|unavailable|reachable|unreachable|accessible|inaccessible|alive|running|out|gone|crashed
            overloaded|(under|in) maintenance|having (any )?(problems|issues|trouble|an outage)
            not (working|loading|responding|available|reachable|accessible|up|back|ok|okay|online)
        """,
        "VERB": "work(ing|s)?|load(ing|s)?|respond(ing|s)?|open(ing|s)?|run|function|crash|go down",
        "REACH": "reach|open|load|connect to|get (to|into|on|onto)",
        "TROUBLE": "problems?|issues?|outages?|trouble|(any|some)thing wrong|downtime|maintenance",
    },
    "de": {
        "STATE": """
            gerade grad wieder noch schon immer jetzt heute auch denn so etwa aktuell momentan nur sehr nicht mehr echt
            down|offline|online|kaputt|tot|weg|erreichbar|unerreichbar|langsam|lahm|da|ausgefallen|gestort|uberlastet
            verfugbar|abgesturzt|ok|okay|in wartung
        """,
        "VERB": "geht|gehen|funktioniert|funktionieren|lauft|laufen|ladt|laden|antwortet|hangt|klappt|reagiert",
        "REST": "( (nicht|mehr|noch|wieder|gerade|schon|auch|immer|heute|jetzt|richtig|langsam|so))*",
        "TROUBLE": "problem|probleme|storung|storungen|ausfall|wartung",
    },
    "es": {
        "STATE": """
            muy tan todavia aun ya no
            caid[oa]s?|lent[oa]s?|rot[oa]s?|muert[oa]s?|offline|online|funcionando|bien|mal|disponibles?|arriba|abajo
            saturad[oa]s?|en mantenimiento|fuera de servicio
        """,
        "VERB": "(funcionan?|van?|cargan?|responden?|andan?|abren?)( (bien|mal|lent[oa]|tan|ya))*",
        "TROUBLE": "problemas?|averias?|fallos?|incidencias?",
    },
    "fr": {
        "STATE": """
            encore toujours vraiment tres si trop aussi actuellement pas
            down|hs|en panne|hors ligne|hors service|en ligne|lente?s?|cassee?s?|tombee?s?|morte?s?|accessibles?
            inaccessibles?|joignables?|injoignables?|disponibles?|indisponibles?|surchargee?s?|en maintenance
        """,
        "VERB": "(march|fonctionn|charg|ram|plant)(e|ent)|repond(ent)?",
        "TROUBLE": "problemes?|pannes?|soucis?",
    },
}
#: What a question without a mark begins with.
ASKING = """
    is are was has have isnt arent does do did doesnt dont can could will why what whats how hows when any anyone
    anybody ist sind war warum was wann wie geht funktioniert lauft ladt gibt gibts
    esta estan hay que por funciona est sont y pourquoi quel
"""

#: How somebody says that it fails for them too: "too" of itself; "likewise" of what everybody speaks of, so that an
#: open incident must make clear what that is; "same" of anything, so that only an answer to our notice does.
TOO = {
    "too": """
        ((S is|S|it is|its|it) )?(also )?(DOWN|not WORKING) (for|on) ME( TOO)*
        (S|it) is (also )?((DOWN|WORKING) )?(for|on) ME( TOO)+
        (S|it) NOT WORKING( (for|on) ME)( TOO)*
        (S|it) NOT WORKING( TOO)+
        (NOT|not) WORKING( (for|on) ME)?( TOO)+
        ((i|we) )?(cant|cannot|can not|couldnt) (reach|open|load|access|use|see|get (to|into|on)) ((S|it) )?(from )?TOO
        bei (mir|uns) (geht|ladt|lauft|funktioniert) ((S|es|er|sie) )?auch nicht( mehr)?
        S (geht|ladt|lauft|funktioniert) (bei (mir|uns) auch nicht|auch bei (mir|uns) nicht)( mehr)?
        S (ist )?(auch bei (mir|uns)|bei (mir|uns) auch) (down|offline|kaputt|weg|nicht erreichbar)
        a (mi|nosotros) tampoco (me )?(funciona|carga|abre|va)( S)?
        (S )?tampoco me (funciona|carga|abre|va)( a mi)?( S)?
        ((S|ca) )?(ne )?(marche|fonctionne|charge|repond) (pas|plus) (chez|pour) moi( non plus)?
    """,
    "likewise": """
        (for )?(me|us) (too|as well|either|neither)
        (bei )?(mir|uns) (auch|ebenfalls|genauso)( nicht)?
        auch bei (mir|uns)( nicht)?
        (pareil|idem)( (ici|chez moi|pour moi))?
        (chez )?moi (aussi|non plus)
        a (mi|nosotros) (tampoco|tambien)
    """,
    "same": """
        same( (here|problem|issue|thing|for me|for us))*
        ditto|1
        (igual|lo mismo)( (aqui|por aqui))?
        hier (auch|genauso)|gleiches hier
    """,
}
TOO_WORDS = {
    "DOWN": "down|broken|unreachable|offline|slow|dead",
    "WORKING": "work|working|load|loading|open|opening|respond|responding",
    "NOT": "is not|isnt|does not|doesnt|will not|wont",
    "ME": "me|us|my (end|side)",
    "TOO": "too|as well|also|either|here",
}
TOO_OPENING = "yes yeah yep yup ja jep si oui ouais hm hmm oh ah and und y et no nope nein non nee ok sadly leider"
TOO_ENDING = "unfortunately|sadly|leider|right now|now|today|still|again|gerade"
