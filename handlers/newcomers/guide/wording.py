"""How the walk is put: Markdown in the language of whoever walks. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.handler import Place
from handlers.newcomers.guide import emoji, sentences
from handlers.newcomers.guide.records import Walk
from handlers.newcomers.guide.walking import Note, Tells, position
from handlers.newcomers.languages import said
from handlers.newcomers.settings import Step


def hello(place: Place, lang: str) -> str:
    """What this is, how to answer, and what is kept."""
    return sentences.of(lang).hello.format(community=place.community)


def step(steps: Sequence[Step], index: int, lang: str, *, form: str = "") -> str:
    """A step, with what is known of the form if it is the one for that, and what one can say."""
    one = steps[index]
    title = f"**{heading(steps, index, lang)}**"
    return "\n\n".join(part for part in (title, said(one.text, lang), form, controls(len(steps), index, lang)) if part)


def heading(steps: Sequence[Step], index: int, lang: str) -> str:
    """Which step it is, of how many, and what about: "Step 2 of 5: The form"."""
    title = said(steps[index].title, lang)
    return sentences.of(lang).step.format(number=index + 1, count=len(steps), title=title)


def controls(count: int, index: int, lang: str) -> str:
    """What one can say at this step, in one line."""
    words = sentences.of(lang)
    last = index == count - 1
    choices = [
        *([] if last else [words.next]),
        *([] if index == 0 else [words.back]),
        words.stop,
        *([] if count == 1 else [words.number]),
    ]
    listed = words.either.join(part for part in (", ".join(choices[:-1]), choices[-1]) if part)
    return " ".join([*([words.last] if last else []), words.say.format(words=listed)])


def taps(count: int, index: int) -> tuple[str, ...]:
    """The reactions that make sense at this step."""
    back = () if index == 0 else (emoji.BACK,)
    following = () if index == count - 1 else (emoji.NEXT,)
    return (*back, *following, emoji.STOP)


def told(tells: Tells, walk: Walk, steps: Sequence[Step]) -> str:
    """What is said in the place of a step."""
    text = note(tells.note, tells.lang).format(number=tells.number, count=len(steps))
    return f"{text}\n\n{overview(steps, walk, tells.lang)}" if tells.note is Note.OVERVIEW else text


def note(which: Note, lang: str) -> str:
    """A sentence by its name."""
    return str(getattr(sentences.of(lang), which.value))


def overview(steps: Sequence[Step], walk: Walk, lang: str) -> str:
    """All steps, and where one is."""
    at, here = position(walk.step, steps), sentences.of(lang).here
    lines = [f"{number}. {said(one.title, lang)}" for number, one in enumerate(steps, 1)]
    return "\n".join(f"{line} — **{here}**" if index == at else line for index, line in enumerate(lines))


def remind_noted(at: datetime, lang: str) -> str:
    """That they will be reminded, and when."""
    return sentences.of(lang).remind_noted.format(when=f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC")


def reminder(walk: Walk, steps: Sequence[Step], place: Place) -> str:
    """The reminder that they asked for. A step that is no more has become the first."""
    at = position(walk.step, steps) or 0
    return sentences.of(walk.lang).reminder.format(
        community=place.community, number=at + 1, count=len(steps), title=said(steps[at].title, walk.lang)
    )


def ended(lang: str, *, finished: bool) -> str:
    """The last words."""
    words = sentences.of(lang)
    return words.done if finished else words.stopped


def cant_write(place: Place, me: str, lang: str) -> str:
    """To those whom we can't write to, where they asked. `me` is our Matrix id."""
    return sentences.of(lang).cant_write.format(me=f"https://matrix.to/#/{me}", people=place.people)
