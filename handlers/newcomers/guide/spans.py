"""When somebody wants to be reminded: "tomorrow", "in 2h", "en dos días". Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from handlers.newcomers.guide.plain_words import phrases

DAY, WEEK = timedelta(days=1), timedelta(days=7)
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=14)

#: What begins it, by language.
REMIND: Mapping[str, frozenset[str]] = {
    "en": phrases("remind me, please remind me, can you remind me, could you remind me, a reminder, reminder"),
    "de": phrases("erinnere mich, erinner mich, bitte erinnere mich, kannst du mich erinnern, erinnerung"),
    "es": phrases("recuérdame, recuérdamelo, recordarme, avísame, puedes recordarme, recordatorio"),
    "fr": phrases("rappelle-moi, rappelle-le-moi, rappelez-moi, peux-tu me rappeler, rappel"),
}
#: What says nothing of the time.
_BESIDE = phrases(
    "please, it, this, that, about, of, again, the, walk, to, go, on, continue, bitte, daran, nochmal, wieder, "
    "por, favor, esto, lo, de, otra, vez, stp, svp, s, il, te, plait, le, ca, cela"
)
_IN = phrases("in, en, dentro, dentro de, dans, d'ici, after, nach")
_PLAIN: Mapping[str, timedelta] = {
    phrase: span
    for span, written in {
        DAY: ", later, tomorrow, in a day, next day, morgen, später, spaeter, mañana, más tarde, luego, demain, "
        "plus tard",
        WEEK: "next week, nächste Woche, la próxima semana, próxima semana, la semana que viene, "
        "la semaine prochaine, semaine prochaine",
        timedelta(minutes=30): "in half an hour, in einer halben Stunde, en media hora, dentro de media hora, "
        "dans une demi heure",
        2 * DAY: "übermorgen, the day after tomorrow, day after tomorrow, pasado mañana, après-demain",
    }.items()
    for phrase in phrases(written)
}
_NUMBERS: Mapping[str, int] = {
    word: number
    for number, written in {
        1: "a, an, one, ein, eine, einer, einem, einen, un, una, uno, une",
        2: "two, zwei, dos, deux",
        3: "three, drei, tres, trois",
        4: "four, vier, cuatro, quatre",
        5: "five, fünf, cinco, cinq",
    }.items()
    for word in phrases(written)
}
_UNITS: Mapping[str, timedelta] = {
    word: unit
    for unit, written in {
        timedelta(minutes=1): "m, min, mins, minute, minutes, minuten, minuto, minutos",
        timedelta(hours=1): "h, hr, hrs, hour, hours, std, stunde, stunden, hora, horas, heure, heures",
        DAY: "d, t, day, days, tag, tage, tagen, día, días, j, jour, jours",
        WEEK: "w, week, weeks, woche, wochen, semana, semanas, semaine, semaines",
    }.items()
    for word in phrases(written)
}
_TOGETHER = re.compile(r"([0-9]{1,4})([a-z]{1,8})")
#: What somebody may begin with who names a time in another way.
_OTHERWISE = phrases(
    "at, on, next, by, monday, tuesday, wednesday, thursday, friday, saturday, sunday, tonight, um, am, an, heute, "
    "nächsten, el, a, esta, este, à, ce, lundi, mardi, mercredi, jeudi, vendredi, samedi, dimanche"
)
#: More words are about something else.
MOST_WORDS = 12


#: They want to be reminded, and it isn't clear when, or that isn't possible.
UNCLEAR = timedelta(0)


def wished(said: str) -> tuple[timedelta, str] | None:
    """In how long they want to be reminded (or `UNCLEAR`), and in which language they say so.

    None where it is about something else. `said` is as `plain` writes it.
    """
    words = said.split()
    if len(words) > MOST_WORDS:
        return None
    for lang, beginnings in REMIND.items():
        for length in range(min(4, len(words)), 0, -1):
            if " ".join(words[:length]) in beginnings:
                span = _span(words[length:])
                return None if span is None else (span, lang)
    return None


def _span(words: Sequence[str]) -> timedelta | None:
    """What these words say of the time; None where they say something else."""
    kept = " ".join(word for word in words if word not in _BESIDE)
    for said in (" ".join(words), kept):
        if said in _PLAIN:
            return _PLAIN[said]
    first = next((one for one in sorted(_IN, key=len, reverse=True) if kept.startswith(f"{one} ")), "")
    span = _amount(kept.removeprefix(first).split())
    if span is not None and SHORTEST <= span <= LONGEST:
        return span
    if span is not None or first or kept.split()[0] in _OTHERWISE:
        return UNCLEAR
    return None


def _amount(words: Sequence[str]) -> timedelta | None:
    """What is meant by "2h", "2 hours" or "two hours"; None where it is no such thing."""
    match words:
        case [together] if found := _TOGETHER.fullmatch(together):
            number, unit = found[1], found[2]
        case [number, unit]:
            pass
        case _:
            return None
    many = _NUMBERS.get(number, int(number) if number.isascii() and number.isdigit() and len(number) <= 4 else None)  # noqa: PLR2004
    one = _UNITS.get(unit)
    return None if many is None or one is None else many * one
