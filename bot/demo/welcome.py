"""The first screen: where things are, and what to try."""

from rich.text import Text

from bot.demo.cast import NEWCOMER
from bot.demo.stage import Stage

QUESTION = "where does all the money go?"
OUTAGE = "is the server down?"
#: What to type, and what comes of it.
Try = tuple[str, str]


def access(stage: Stage) -> list[str]:
    """For those who would rather use their own client."""
    everybody = [*stage.cast.people, stage.cast.bot]
    rows = [(one.name, one.password, one.about) for one in everybody]
    name, password = (max(len(row[at]) for row in rows) for at in (0, 1))
    return [
        f"For a Matrix app of your own: homeserver {stage.homeserver.url}, with these names and passwords:",
        *(f"  {row[0]:<{name}}  {row[1]:<{password}}  {row[2]}" for row in rows),
        f"The status page: {stage.page}",
    ]


def suggestions(stage: Stage) -> list[Text]:
    """Things to try: what this configuration lets the bot do."""
    bot = stage.cast.bot.shown
    tries = [
        (f"{bot}, {QUESTION}", "a question, with the community's own answer"),
        ("!help", f"what {bot} can do for whoever asks"),
        *_outages(stage, bot),
        *_greetings(stage),
        (f"/as {NEWCOMER}, then /room private", f"ask {bot} in private"),
        *_walk(stage),
    ]
    width = max(len(words) for words, _ in tries)
    lines = enumerate(tries, start=1)
    return [Text.assemble(f"  {at}. ", (f"{words:<{width}}", "bold"), f"   {what}") for at, (words, what) in lines]


def _outages(stage: Stage, bot: str) -> list[Try]:
    """Where something is measured, and a room is told of it."""
    news = next((room.short for room in stage.cast.rooms if room.name in stage.news), None)
    if not stage.measured or news is None:
        return []
    return [
        (f"/room {news}, then /break {stage.measured[0]}", f"within seconds {bot} tells of it"),
        (OUTAGE, "answered at once, with what was measured"),
        (f"/repair {stage.measured[0]}", "and how long it took"),
    ]


def _greetings(stage: Stage) -> list[Try]:
    """Where newcomers are greeted."""
    room = next((room.short for room in stage.cast.rooms if stage.greets.get(room.name) == "room"), None)
    return [(f"/room {room}, then /arrive", "somebody new comes in, and is greeted within seconds")] if room else []


def _walk(stage: Stage) -> list[Try]:
    """Where there is a way to the registration form."""
    if stage.form is None:
        return []
    return [
        ("!join", "in that private chat: step by step to the registration form"),
        (f"/break {stage.form}", "and the walk holds the form back until it works again"),
    ]
