"""What somebody says in private that steers a walk, or begins one."""

from dataclasses import replace

import structlog

from bot.actions import Action, Decision, Done, Later, Nothing, Pass
from bot.commands import reply
from bot.events import Message
from bot.ports import Ports
from handlers.newcomers.counts.tally import What, counted
from handlers.newcomers.desk import LANE, Desk
from handlers.newcomers.guide import records, sentences, wording
from handlers.newcomers.guide.asides import which_line
from handlers.newcomers.guide.offered import taken
from handlers.newcomers.guide.phrases import Word
from handlers.newcomers.guide.records import Walk
from handlers.newcomers.guide.said import Intent, intent
from handlers.newcomers.guide.showing import ASIDE, Spot, is_aside, is_too_early, key_of, shown, spoken, told
from handlers.newcomers.guide.silence import REMIND
from handlers.newcomers.guide.starting import here
from handlers.newcomers.guide.walking import Ends, Reminds, Shows, Tells, turn
from handlers.newcomers.languages import ENGLISH

log = structlog.get_logger()

#: These count at once, whether or not our last words have arrived.
AT_ONCE = {Word.STOP, Word.REMIND}


async def on_message(desk: Desk, message: Message, ports: Ports) -> Decision:
    """A message in a private chat: a word for the walk, the wish to begin one, or none of the guide's business."""
    guide = desk.settings.guide
    meant = intent(message.text, desk.place.community) if guide is not None and message.private else None
    if guide is None or meant is None:
        return Pass("no word for a walk")
    if not meant.clear and await _answers_another(message, ports):
        return Pass("an answer to something else")
    walk = await records.walk_of(ports.memory, message.sender)
    spot = Spot(
        desk=desk, guide=guide, ports=ports, room=message.room, cause=message.id, at=message.at, answers=message
    )
    if meant.word is Word.START:
        return await here(spot, message.sender, next(iter(meant.langs), None))
    if walk is not None and walk.room == message.room:
        return await taken(desk, walk, message, ports) or _unsure(spot, walk, meant) or await steered(spot, walk, meant)
    if walk is not None and walk.room is not None and meant.word in AT_ONCE and meant.clear:
        return await steered(spot, replace(walk, room=message.room), meant)
    if walk is not None and meant.clear:
        return await here(spot, message.sender, None)
    return _no_walk(desk, message, meant, ports)


async def _answers_another(message: Message, ports: Ports) -> bool:
    """Whether they reply to something that another part of the bot has said."""
    ours = await ports.sent.find(message.reply_to) if message.reply_to else None
    return ours is not None and ours.handler != "newcomers"


def _unsure(spot: Spot, walk: Walk, meant: Intent) -> Decision | None:
    """A "yes" after something in between may be meant for that: nothing is done that they may not have meant."""
    if meant.word is not Word.NEXT or meant.clear or meant.arrow or not is_aside(walk):
        return None
    after = replace(walk, shown=key_of(ASIDE, spot.cause), touched=spot.ports.now)
    return Done((records.move(walk, after), spoken(spot, which_line(walk.lang))), "asked what the yes is meant for")


def _no_walk(desk: Desk, message: Message, meant: Intent, ports: Ports) -> Decision:
    """They say "next" where no walk is. Words that may mean something else are left to others."""
    if not meant.clear:
        return Pass("no walk is under way")
    if not desk.may_hint(message.sender, message.id, ports.now):
        return Nothing("told a moment ago that no walk is under way")
    log.info("guide_word_ignored", reason="no walk is under way")
    lang = next(iter(meant.langs)) if len(meant.langs) == 1 else ENGLISH
    words = sentences.of(lang)
    text = words.nothing_to_stop if meant.word is Word.STOP else words.no_walk
    return Done((reply(message, text),), "no walk is under way")


async def steered(spot: Spot, walk: Walk, meant: Intent) -> Decision:
    """What a word, or a reaction, does to a walk."""
    if meant.word not in AT_ONCE and await is_too_early(spot, walk):
        log.info("guide_word_ignored", reason="the step before has not been shown yet")
        return Nothing("the step before has not been shown yet")
    match turn(walk, meant, spot.steps, spot.ports.now):
        case Shows(index=index, lang=lang, note=note):
            above = "" if note is None else wording.note(note, lang)
            after, said = await shown(spot, replace(walk, lang=lang), index, above)
            return Done((records.move(walk, after), *said), f"step {index + 1}")
        case Tells(lang=lang) as tells:
            after, said = told(spot, replace(walk, lang=lang), wording.told(tells, walk, spot.steps))
            return Done((records.move(walk, after), *said), tells.note.value)
        case Reminds() as reminds:
            return _noted(spot, walk, reminds)
        case Ends() as ends:
            return Done(_ended(spot, walk, ends), "finished" if ends.finished else "stopped")


def _noted(spot: Spot, walk: Walk, reminds: Reminds) -> Done:
    text = wording.remind_noted(reminds.at, reminds.lang)
    after, said = told(spot, replace(walk, lang=reminds.lang, remind=reminds.at), text)
    later = Later(at=reminds.at, key=f"{REMIND}:{spot.ports.pseudonym(walk.person)}", room=LANE)
    return Done((records.move(walk, after), later, *said), "a reminder is noted")


def _ended(spot: Spot, walk: Walk, ends: Ends) -> tuple[Action, ...]:
    stopped = () if ends.finished else (counted(What.STOPPED, spot.cause, spot.ports.now, step=walk.step),)
    return (records.end(walk), *stopped, spoken(spot, wording.ended(ends.lang, finished=ends.finished)))
