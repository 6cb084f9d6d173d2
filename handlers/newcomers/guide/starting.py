"""How a walk begins: by `!join`, by 👋 under an answer, or by saying "I'd like to join" in a private chat."""

from dataclasses import replace
from functools import partial

import structlog

from bot.actions import Action, Decision, DirectMessage, Done, Nothing, Pass, Reply, Say
from bot.commands import Call, Command, reply
from bot.events import Message, Outcome, Reaction
from bot.facts import AnswerGiven, Language
from bot.markdown import escape
from bot.names import identifier
from bot.ports import Ports
from handlers.newcomers.counts.tally import What, counted
from handlers.newcomers.desk import Desk
from handlers.newcomers.form.state import form_known
from handlers.newcomers.form.waiting import offer
from handlers.newcomers.form.wording import giving
from handlers.newcomers.guide import records, sentences, wording
from handlers.newcomers.guide.records import Walk
from handlers.newcomers.guide.said import language
from handlers.newcomers.guide.showing import Spot, is_too_early, key_of, shown
from handlers.newcomers.guide.walking import Note, first_language, position, translations
from handlers.newcomers.guide.wishes import about_joining
from handlers.newcomers.languages import ENGLISH
from handlers.newcomers.settings import GuideSettings

log = structlog.get_logger()

#: Before what names the cause, in the key of the hello.
BEGIN = "begin"


async def run_join(desk: Desk, call: Call, ports: Ports) -> Decision:
    """`!join [language]`."""
    message, guide = call.message, desk.settings.guide
    lang = _named(desk, call.args) or await ports.facts.ask(Language(message.text))
    if guide is None:
        return await _only_the_form(desk, message, lang or ENGLISH, ports)
    lang = lang or _unknown(desk, call.args)
    spot = Spot(
        desk=desk, guide=guide, ports=ports, room=message.room, cause=message.id, at=message.at, answers=message
    )
    if message.private:
        return await here(spot, message.sender, lang)
    walk = await records.walk_of(ports.memory, message.sender)
    if walk is None:
        return _invited(spot, message.sender, lang)
    return Done((reply(message, sentences.of(walk.lang).elsewhere),), "the walk goes on in private")


def _named(desk: Desk, args: str) -> str | None:
    """The language that stands behind the command."""
    guide = desk.settings.guide
    return language(args, frozenset() if guide is None else translations(guide.steps))


def _unknown(desk: Desk, args: str) -> str | None:
    """The one word behind the command that says nothing else: a language that we don't know."""
    return args if args.isalpha() and not about_joining(args, desk.place.community) else None


async def _only_the_form(desk: Desk, message: Message, lang: str, ports: Ports) -> Decision:
    """Where there is no walk, the form is all."""
    known = await form_known(desk, ports)
    said: tuple[Action, ...] = (reply(message, giving(known, desk, lang, ports.now)),)
    if known.fails and message.private:
        said = (*said, offer(message.room, message.sender, lang, message.id, ports.now))
    return Done(said, "the form alone")


async def on_hello(desk: Desk, guide: GuideSettings, reaction: Reaction, ports: Ports) -> Decision:
    """Somebody waves: under one of the answers that the config names, that is a wish."""
    ours, person = await ports.sent.find(reaction.of), reaction.sender
    if ours is None or ours.room != reaction.room:
        return Pass("not on an answer of ours")
    if await ports.facts.ask(AnswerGiven(reaction.of)) not in guide.under:
        return Pass("no answer that leads to the form")
    walk = await records.walk_of(ports.memory, person)
    spot = Spot(desk=desk, guide=guide, ports=ports, room=reaction.room, cause=reaction.id, at=reaction.at)
    if walk is None:
        return _invited(spot, person, None)
    if walk.room is None or not desk.may_hint(person, reaction.id, ports.now):
        log.info("guide_wave_ignored", reason="a walk is under way")
        return Nothing("a walk is under way")
    return await _resumed(replace(spot, room=walk.room), walk)


def _invited(spot: Spot, person: str, lang: str | None) -> Done:
    """A hello in the private chat; the first step comes when that is there."""
    key, asked = key_of(BEGIN, spot.cause), spot.answers
    new = _new(spot, person, lang)
    walk = replace(new, asked_room=spot.room, asked=None if asked is None else asked.id, shown=key)
    hello = DirectMessage(to=person, text=_hello(spot, walk, lang), key=key)
    return Done((records.begin(walk), hello), "written to in private")


def _new(spot: Spot, person: str, lang: str | None) -> Walk:
    now, step = spot.ports.now, spot.steps[0].name
    lang = first_language(lang, spot.steps)
    return Walk(person=person, room=None, step=step, lang=lang, begun=now, touched=now)


def _hello(spot: Spot, walk: Walk, wanted: str | None) -> str:
    """The hello; and that the steps aren't in the language that they `wanted`, if so."""
    hello = wording.hello(spot.desk.place, walk.lang)
    other = wanted not in {None, walk.lang}
    return f"{hello}\n\n{wording.note(Note.NOT_TRANSLATED, walk.lang)}" if other else hello


async def here(spot: Spot, person: str, lang: str | None) -> Decision:
    """The walk begins in this private chat; or it is shown where they are, and goes on here."""
    walk, now = await records.walk_of(spot.ports.memory, person), spot.ports.now
    if walk is not None:
        return await _resumed(spot, walk, lang)
    walk = replace(_new(spot, person, lang), room=spot.room)
    after, said = await shown(spot, walk, 0, _hello(spot, walk, lang))
    return Done((records.begin(after), counted(What.STARTED, spot.cause, now), *said), "the walk begins")


async def _resumed(spot: Spot, walk: Walk, lang: str | None = None) -> Decision:
    """A walk that is under way, wherever it was, is shown here. One whose chat wasn't there yet begins."""
    if walk.room == spot.room and await is_too_early(spot, walk):
        log.info("guide_word_ignored", reason="the step before has not been shown yet")
        return Nothing("the step before has not been shown yet")
    at, there = position(walk.step, spot.steps), translations(spot.steps)
    moved = replace(walk, room=spot.room, lang=lang if lang in there else walk.lang, asked_room=None, asked=None)
    other = () if lang is None or lang in there else (Note.NOT_TRANSLATED,)
    notes = (Note.CHANGED, *other) if at is None else other
    above = "\n\n".join(wording.note(one, moved.lang) for one in notes)
    after, said = await shown(spot, moved, at or 0, above)
    begun = (counted(What.STARTED, spot.cause, spot.ports.now),) if walk.room is None else ()
    return Done((records.move(walk, after), *begun, *said), "shown where they are")


async def on_begun(desk: Desk, outcome: Outcome, ports: Ports) -> Decision:
    """What became of the hello: the first step, or a word where they asked."""
    walk, guide = await records.walk_shown(ports.memory, outcome.key), desk.settings.guide
    if walk is None:
        return Nothing("over, or begun elsewhere, meanwhile")
    if guide is None:
        return Done((records.end(walk),), "there is no walk any more")
    if not outcome.ok:
        log.info("guide_not_begun", reason="the person can't be written to in private")
        return Done((records.end(walk), *_cant_write(desk, walk, ports)), "can't be written to in private")
    spot = Spot(desk=desk, guide=guide, ports=ports, room=outcome.room, cause=outcome.id, at=outcome.at)
    begun = replace(walk, room=outcome.room, asked_room=None, asked=None)
    after, said = await shown(spot, begun, position(walk.step, guide.steps) or 0)
    started = counted(What.STARTED, outcome.id, ports.now)
    return Done((records.move(walk, after), started, *said, *_written(walk)), "the walk begins")


def _written(walk: Walk) -> tuple[Action, ...]:
    """To those who asked by a command, in a room. A reaction asks for no answer there."""
    if walk.asked is None or walk.asked_room is None:
        return ()
    return (_answer(walk, walk.asked_room, walk.asked, sentences.of(walk.lang).written),)


def _cant_write(desk: Desk, walk: Walk, ports: Ports) -> tuple[Action, ...]:
    if walk.asked_room is None:
        return ()
    text = wording.cant_write(desk.place, ports.me, walk.lang)
    if walk.asked is not None:
        return (_answer(walk, walk.asked_room, walk.asked, text),)
    named = f"{escape(identifier(walk.person))}: {text}"
    return (Say(room=walk.asked_room, text=named, mentions=(walk.person,)),)


def _answer(walk: Walk, room: str, asked: str, text: str) -> Reply:
    return Reply(to=asked, room=room, text=text, mention=walk.person)


def join_command(desk: Desk) -> Command:
    """The declaration."""
    guide = desk.settings.guide
    summary = "walk to the registration form, step by step, in private" if guide else "where the registration form is"
    return Command(
        name="join",
        usage="join [language]",
        summary=summary,
        example="join",
        details=(
            "I write to you in private and show one step after the other. Answer `next`, `back`, `stop` or a step's "
            "number; ask whatever you like in between. `remind me tomorrow` gets you one reminder. `join de` is for "
            "German, if the steps are translated."
            if guide
            else "I look whether it works before I give its address."
        ),
        run=partial(run_join, desk),
        bare=lambda args: _named(desk, args) is not None or about_joining(args, desk.place.community),
    )
