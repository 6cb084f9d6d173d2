"""How people speak of what only people can decide, in English: see the folder's first file for how to read it."""

#: About one's own application for membership.
APPLICATION = r"""
    i( have|ve)?( already| just)? (applied|registered|signed up)(ELSEWHERE)~8 SILENCE
    i( have|ve)?( already| just)? APPLIED~8 (SILENCE|twice|two times|by mistake)
    sent (in |off )?(my|the) APPLICATION( off| in)?~8 SILENCE
    (since|when) i applied(ELSEWHERE)
    (if|whether) i( was| am| got| have been|ve been| get| will be)? (accepted|approved|rejected|turned down)(BY_OTHERS)
    my APPLICATION( form)?(FOR_ANOTHER)~5 (BECAME|been|arrive|come through|gone through|arrived|lost|stuck|pending|
        status)
    (whats|what is|hows|how is) the (status|state) of my APPLICATION
    LOOKED_AT (on |up |at |into )?my APPLICATION(s|s form| form)?(FOR_ANOTHER)
    (was|am|have|why was|why am|did) i~2( not| been| get)? (rejected|turned down|approved|accepted)(BY_OTHERS)
    i( was| have been|ve been| got) (rejected|turned down)(BY_OTHERS)
    you~2 (rejected|refused|declined|turned down|ignored) (me|my APPLICATION)
    (please|pls|plz|could you|can you|will you|would you) (please )?(approve|accept|admit) (me|my (account|APPLICATION))
    (waiting|wait)~4 for (my (account|approval|confirmation|invitation|acceptance|membership|APPLICATION)|approval)
    when (will|is|does) my (mastodon )?account~3 (approved|ready|activated|created|accepted|confirmed)
    my (mastodon |social coop )?account~2 (not|never|hasnt|isnt|still|yet)~2 (approved|activated|accepted|confirmed)
    i (never|havent|have not|didnt|did not)~2 (got|get|gotten|receive|received) (a|an|any|the|my)~1 (confirmation|
        approval)
    i~6 (mistake|typo|wrong (email|mail|address|name|link|username)) (in|on|into) (my APPLICATION|
        the registration form)
    (heard|hear)( back| anything| nothing)? (about|on|since) my APPLICATION
    (is|was|has) there~3 (wrong|problem|trouble|news|progress)~1 (with|on|about) my APPLICATION
    (update|updates|progress|happening|going on) (on|about|with) my APPLICATION(FOR_ANOTHER)
    how (long|much longer) (until|till|before) my (mastodon |social coop )?account~3 (approved|ready|activated|accepted)
    (can|may|could) i( still)? (change|edit|correct|withdraw|cancel) my APPLICATION(?= (after|now|
        later|again|once|that|i|when)\b|$)
"""

#: About one's own payment, or what one can't pay.
PAYMENT = r"""
    my PAYMENT~4 (failed|fails|declined|rejected|refused|bounced|returned|not show|not showing|shown|stuck|
        disappeared)(?! at )
    my PAYMENT~3 (didnt|doesnt|hasnt|did not|wont|not|never|did|has|ever) (go|gone|come|came|went|get|got) (through|
        in|in yet)
    my PAYMENT~3 (didnt|doesnt|hasnt|did not|never|not)~1 (arrive|arrived|work|worked)
    payment (didnt|doesnt|did not|does not|wont) (work|go through) for me
    (take|took|taken)~4 from my (account|card)( twice| again|$)
    (take|took|taken)~4 twice from my (account|card)
    (did|has|have)~2 my PAYMENT~1 (arrive|arrived|work|worked|go through|gone through|come through)
    (get|got|receive|received|see|check|find|lost|refund|return) my (PAYMENT|
        money)( for membership| from open collective)?$
    (did|have|can|could) you~1 (get|got|receive|received|see|check|find|refund|return) my (PAYMENT|money)
    (can|could|please|would|will)( you)?( please)? (cancel|stop|change|refund|lower|pause|end) my PAYMENT
    (i|ive|i have|im|i keep)~2 (charged|billed|debited|paid|payed|pay) (twice|double|three times|again|too much|
        the wrong|by mistake)
    (you|open collective|opencollective)( have| has|ve)?( just| already)? (charged|billed|debited) (me|my card)
    i( have|ve)? already paid(FOR_OTHER_THINGS)
    i( have|ve)? paid already(FOR_OTHER_THINGS)
    refund (for|of) my PAYMENT
    (i|and)( really| simply| just)? (cant|cannot|can not|couldnt)( really)? (afford|pay)(FEE)
    i~6 and( now)? (cant|cannot|can not)( really)? (afford|pay)(FEE)
    i( would|d)?( like| want| need)( to have)?( a| my)? (refund|money back)
    (can|could|may) i( please)? (get|have) (a refund|my money back)
    (refund me(?! for)|give me (a refund|my money back))
    i(m| am) behind (with|on) my PAYMENT
    i forgot to pay( my PAYMENT| for my membership| my membership)
"""

#: About one's own age, or that of one's child.
AGE = r"""
    (im|i am)( only| just| still| almost| nearly)? YOUNG( years old| years| yo| y o)?(?= AND_THEN|$)
    (im|i am)( only| still)? (a minor|underage|under age|under 18|below 18|under eighteen|younger than 18)
    (im|i am) not( yet)?( an)? (18|eighteen|adult|of age|old enough)(?! any ?more)
    (im|i am|am i)( maybe| perhaps| probably)? (too (young|old)|old enough)(?! (for (this|that)$|to remember|
        school))
    (i|i will|ill|im|i am) (turn|be|turning) (18|eighteen|17|16)(?! UNITS)
    (can|could|may|am i allowed to)( i)?( already)? (join|register|sign up|apply|become a member)( here)? (at|
        with) YOUNG( years old| years)?$
    my (son|daughter|kid|child|brother|sister|grandson|granddaughter) is( only)? YOUNG~6 JOINS
"""

#: About a conflict that one has: with somebody, or with a moderator's decision.
CONFLICT = r"""
    (is|are|keeps|keep|was|were|been|started|starts)( constantly| always| still)? ATTACKING (me|us)(ON_ANOTHER_SITE)
    (someone|somebody|member|user|person|people|guy|moderator|mod|admin|he|she|they)~2 ATTACKED me(ON_ANOTHER_SITE)
    i( was| got| am| am being| have been|ve been| keep getting| keep being)~1 (bullied|harassed|insulted|attacked|
        mobbed|slandered)
    (im|ive)( been| being| getting)~1 (bullied|harassed|insulted|attacked|mobbed|slandered)
    (insulted|bullied|harassed|threatened|slandered|doxxed) me
    (sending|sends|sent) me (insults|threats|hate|slurs|nasty|hateful|abusive)
    called me (names|a|an)
    (wont|doesnt|does not|will not) leave me alone
    (moderators?|mods?|admins?|you|they|someone|somebody)( just| guys| have|ve)? (BANNED|blocked) (me|
        my account)(SOMEWHERE_ELSE)
    (moderators?|mods?|admins?|you)( just| guys| have|ve)? (removed|deleted) my (posts?|toots?|messages?|account)
    i( was| got| have been|ve been| am)( just| unfairly| wrongly)? BANNED(SOMEWHERE_ELSE)
    why( was| am| did| have| has)( i| my account)~2 BANNED(SOMEWHERE_ELSE)
    my account( was| is| got| has been)( just| unfairly| wrongly)? (suspended|banned|silenced|limited|
        frozen)(SOMEWHERE_ELSE)
    i( want| would like|d like)( to) (appeal|contest|dispute) (my|the|a|this) (ban|suspension|decision|warning|mute)
    my (posts?|toots?|messages?) (was|were|got|has been|have been) (removed|deleted|hidden) by (a|an|the|your|
        one of the) (moderators?|mods?|admins?)
    (moderators?|mods?|admins?)~1 (treated|treats|is treating|are treating) me~1 (unfairly|badly)
    (want|like|need|wish)( to) (complain|make a complaint|file a complaint) about (a|an|the|one of the|another) PEOPLE
    i (dont|do not) feel( very)? (safe|welcome) (with|around|near|because of) (a|an|one of the|another) PEOPLE
    (conflict|dispute|quarrel|falling out|fight|argument) with (a|an|another|one|some|somebody|someone)( of (the|
        your))? PEOPLE
    i( am| m| have|ve| had)? (in |having |got )?(a|an)( big| bad| personal| serious| long| heated)? CONFLICT with
    im (in|having) (a|an)( big| bad| personal| serious| long| heated)? CONFLICT with
    i( have| had|ve)( got)?( a| an| some)?( big| serious| real)? (problem|problems|issue|issues|trouble) with (a|an|
        another|one of the) PEOPLE
    i( feel| felt| am| was)( being| very| so)? (unsafe|unwelcome|bullied|harassed|treated unfairly|unfairly treated|
        discriminated)
"""

#: What the words in capitals stand for.
WORDS = {
    "SILENCE": r"(ago|heard|hear|nothing|no|never|still|waiting|silence|havent|yet|when|last (week|month|\w{2,5}day))",
    "APPLICATION": r"(membership application|application|registration|membership request|request to join|sign ?up|"
    r"account request)",
    "APPLIED": r"(sent|submitted|filled in|filled out|handed in|sent in) (the|my|your|that)( registration)? (form|"
    r"application)",
    "LOOKED_AT": r"(get|got|see|receive|received|check|look|find|approve|process|review|accept|reject|read|forget|"
    r"forgot|lost|answer|answered|withdraw|cancel|correct|news on|news about|news of|about|happened to|"
    r"happens to|happen to|where is|wheres)",
    "BECAME": r"rejected|denied|declined|refused|approved|accepted|reviewed|processed|ignored|received|checked|"
    r"looked at",
    "ELSEWHERE": r"(?! (for|to|at|with|a|my|the) (?!social|an account|membership|join|become|you|the co))",
    "FOR_ANOTHER": r"(?! (for|to|at|with|code|server|page|fee) (?!social|join|membership|become|an account|the co|be))",
    "BY_OTHERS": r"(?! (by|from|at|for|as) (?!you|social|membership))",
    "FOR_OTHER_THINGS": r"(?! (my|for|the|a|an|by|in|with) (?!member|fee|contribution|dues|share|account|"
    r"open|bank|card|first|last|this|monthly|advance|full))",
    "ON_ANOTHER_SITE": r"(?! (on|over on|at|over at) (twitter|x|facebook|instagram|reddit|youtube|tiktok|discord|"
    r"telegram|bluesky|work|school))",
    "PAYMENT": r"(membership |monthly |last |first |bank ){0,2}(payment|payments|contribution|contributions|donation|"
    r"dues|subscription|direct debit|transfer|credit card|card|fee)",
    "FEE": r"( (it|this|that|so much|that much|any|any ?more|right now|this month|membership|anything)| (the|"
    r"your|my|a|any) (membership|fee|contribution|dues|price|payment|minimum|money)| to (pay|join|"
    r"contribute)|$)",
    "YOUNG": r"([89]|1[0-7]|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)",
    "AND_THEN": r"(old|may|can|could|am|is|do|does|will|would|allowed|but|so|and (want|would|id|can|may|wondering|"
    r"like))\b",
    "UNITS": r"(min|hour|sec|day|week|met|km)\w{0,6}",
    "JOINS": r"(join|register|sign up|account|member|wants in|apply|allowed)",
    "ATTACKING": r"(bullying|harassing|insulting|stalking|trolling|mocking|attacking|abusing|threatening|defaming|"
    r"targeting|misgendering|intimidating|pestering|mobbing|ganging up on)",
    "ATTACKED": r"(bullied|harassed|insulted|attacked|threatened|mocked|misgendered|slandered|doxxed)",
    "BANNED": r"(banned|suspended|muted|silenced|kicked|kicked out|unbanned)",
    "SOMEWHERE_ELSE": r"(?! (from|on|off|by|out of) (?!social|here|this|mastodon|the (room|chat|server|co)|you|a mod|"
    r"a moderator|the mod|an admin))",
    "CONFLICT": r"(conflict|dispute|quarrel|argument|fight|falling out|row)",
    "PEOPLE": r"(other )?(members?|moderators?|mods?|admins?|users?|person|people|somebody|someone)",
}
