"""Whoever finds the form broken may be written to once it works again.

One job looks for all who wait. It recurs anyway, now and then, so that nothing that goes wrong can end it; while
somebody waits it is put off by little each time.
"""

import hashlib
from datetime import datetime, timedelta

import structlog

from bot.actions import Action, Ask, Decision, DirectMessage, Done, Later, Nothing, Pass, Say, Withdraw
from bot.events import Chosen, Message, Outcome, Tick
from bot.handler import Recurring
from bot.ports import Ports
from handlers.newcomers.desk import LANE, Desk
from handlers.newcomers.form import records, sentences, wording
from handlers.newcomers.form.records import Waiting
from handlers.newcomers.form.state import FormKnown, form_known
from handlers.newcomers.languages import ENGLISH

log = structlog.get_logger()

#: What our keys begin with: the job and the offer, and what is written to those who waited.
FORM, BACK = "form", "back"
JOB = Recurring(key=FORM, every=timedelta(minutes=15))
#: How long an offer may be taken.
OPEN = timedelta(days=1)
#: How soon it is looked again while somebody has come lately, and when nobody has.
SOON, LATER = timedelta(minutes=1), timedelta(minutes=5)
LATELY = timedelta(hours=1)
#: Two looks at a form that is back are so far apart at least, before anybody is told.
APART = timedelta(seconds=50)
LONGEST = timedelta(days=14)
#: So many are written to at a time: they all come to the form, too.
AT_ONCE = 100
#: What takes the offer, in words, by their language.
YES = {"yes": "en", "ja": "de", "sí": "es", "si": "es", "oui": "fr"}


def offer(room: str, person: str, lang: str, event_id: str, now: datetime) -> Ask:
    """Offer to write to this person; `event_id` is what caused it."""
    return Ask(
        room=room,
        text=sentences.of(lang).offer,
        options=("yes",),
        emoji=("✅",),
        until=now + OPEN,
        key=f"{FORM}:{hashlib.sha256(event_id.encode()).hexdigest()}",
        who=person,
        memo={"lang": lang},
    )


async def on_chosen(chosen: Chosen, ports: Ports) -> Decision:
    """They want to be written to."""
    return Done(await _wished(chosen, str(chosen.memo.get("lang", ENGLISH)), ports), "waits for the form")


async def on_message(desk: Desk, message: Message, ports: Ports) -> Decision:
    """The same in words, as a reply to the offer."""
    del desk
    lang = YES.get(message.text.strip().rstrip(".!").lower())
    if lang is None or message.reply_to is None or not message.private:
        return Pass("takes no offer")
    ours = await ports.sent.find(message.reply_to)
    if ours is None or ours.handler != "newcomers" or ours.key is None or not ours.key.startswith(f"{FORM}:"):
        return Pass("takes no offer")
    return Done((Withdraw(key=ours.key), *await _wished(message, lang, ports)), "waits for the form")


async def _wished(wish: Chosen | Message, lang: str, ports: Ports) -> tuple[Action, ...]:
    said = sentences.of(lang)
    if await records.waits(ports.memory, wish.sender):
        return (Say(room=wish.room, text=said.noted_before),)
    row = records.wait(Waiting(person=wish.sender, lang=lang, since=ports.now))
    return row, Say(room=wish.room, text=said.noted), Later(key=FORM, room=LANE, at=_full_minute(ports.now))


def _full_minute(now: datetime) -> datetime:
    """The next one: however many wish for it one after the other, none of them puts it off."""
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1)


async def on_tick(desk: Desk, tick: Tick, ports: Ports) -> Decision:
    """Look for those who wait."""
    del tick
    people = await records.waiting(ports.memory)
    if not people:
        return Nothing("nobody waits for the form")
    known = await form_known(desk, ports)
    if is_back(known):
        told, rest = people[:AT_ONCE], people[AT_ONCE:]
        return _told(told, [wording.back(known, desk, one.lang, ports.now) for one in told], rest, SOON, ports)
    if known.works:
        return Done((_again(SOON, ports.now),), "the form works; that must last a little")
    given_up = [one for one in people if ports.now - one.since >= LONGEST]
    rest = people[len(given_up) :]
    return _told(given_up, [wording.stopped(desk, one.lang) for one in given_up], rest, _pause(rest, ports.now), ports)


def is_back(known: FormKnown) -> bool:
    """Whether people may be called: it was seen to work twice in a row, or is measured again and again."""
    if known.measured is None or known.well is None:
        return False
    return known.sure or known.measured - known.well >= APART


def _pause(people: list[Waiting], now: datetime) -> timedelta:
    return SOON if any(now - one.since < LATELY for one in people) else LATER


def _told(people: list[Waiting], texts: list[str], others: list[Waiting], pause: timedelta, ports: Ports) -> Decision:
    """These are told and wait no longer; for the others it is looked again."""
    actions: list[Action] = []
    for one, text in zip(people, texts, strict=True):
        key = f"{BACK}:{ports.pseudonym(one.person)}"
        actions += [records.over(one), DirectMessage(to=one.person, text=text, key=key, loud=True)]
    again = (_again(pause, ports.now),) if others else ()
    return Done((*actions, *again), f"told {len(people)}, {len(others)} wait on")


def _again(pause: timedelta, now: datetime) -> Later:
    return Later(key=FORM, room=LANE, at=now + pause)


async def on_outcome(outcome: Outcome, ports: Ports) -> Decision:
    """What became of what was written to somebody who waited. Who can't be written to isn't followed."""
    del ports
    if not outcome.ok:
        log.info("newcomer_not_told_of_the_form", reason="can't be written to")
    return Nothing("it arrived" if outcome.ok else "can't be written to")
