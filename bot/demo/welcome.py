"""The first screen: where things are, and what to try."""

from collections.abc import Sequence

from rich.text import Text

from bot.demo.cast import NEWCOMER, Cast
from bot.demo.stage import Stage

QUESTION = "where does all the money go?"
OUTAGE = "is the server down?"


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


def suggestions(cast: Cast, measured: Sequence[str], news: str | None) -> list[Text]:
    """Things to try. `measured` are the names of services that may be broken, `news` a room that is told of it."""
    tries = [
        (f"{cast.bot.shown}, {QUESTION}", "a question, with the community's own answer"),
        ("!help", f"what {cast.bot.shown} can do for whoever asks"),
        (f"/as {NEWCOMER}, then /room private", f"ask {cast.bot.shown} in private"),
    ]
    if measured and news:
        tries += [
            (f"/room {news}, then /break {measured[0]}", f"within seconds {cast.bot.shown} tells of it"),
            (OUTAGE, "answered at once, with what was measured"),
            (f"/repair {measured[0]}", "and how long it took"),
        ]
    width = max(len(words) for words, _ in tries)
    lines = enumerate(tries, start=1)
    return [Text.assemble(f"  {at}. ", (f"{words:<{width}}", "bold"), f"   {what}") for at, (words, what) in lines]
