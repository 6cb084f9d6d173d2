"""What is posted of a feed: nothing at the first read, then what is new, a few at a time; and edits are followed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.actions import Action, Edit, Later, Remember, Say
from handlers.status.feeds import records, wording
from handlers.status.feeds.fetching import Answer, Trouble
from handlers.status.feeds.reading import Entry
from handlers.status.feeds.records import GONE, TOLD, State, key_of
from handlers.status.settings import FeedSettings
from handlers.status.sources.texts import digest
from handlers.status.watch import LANE

#: So many entries of one read have a message of their own.
AT_ONCE = 3
#: What was last changed before that is no news, though it is new to us.
NEWS = timedelta(days=14)
#: A message that isn't sent after so long never was.
UNSENT = timedelta(days=1)
#: What passes by itself is no matter for the operators until it has failed so often.
PATIENCE = 6
LONGEST_GAP = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One look at a feed. `rooms` are the ids of those that hear of it, by name."""

    feed: FeedSettings
    state: State
    rooms: Mapping[str, str]
    operators: str | None
    now: datetime


def key(feed: FeedSettings, entry: Entry, room: str) -> str:
    """Under which key an entry is posted in a room, by the room's name."""
    return f"feed:{digest(key_of(feed))[:16]}:{entry.id[:32]}:{room[:64]}"


def changed(turn: Round, answer: Answer) -> list[Entry]:
    """The entries that say something else than they did."""
    seen = turn.state.seen
    return [one for one in answer.feed.entries if one.id in seen and seen[one.id].digest != one.digest]


def followed(turn: Round, answer: Answer, sent: Mapping[str, bool]) -> tuple[Action, ...]:
    """What is done about a feed that could be read. `sent`: which messages, by their keys, are there to be edited."""
    new = fresh(turn, answer)
    edits, waiting = _edits(turn, answer, sent)
    posted = _posts(turn, answer, new)
    state = replace(turn.state, begun=True, failures=0, etag=answer.etag, modified=answer.modified)
    # An edit that waits for its message is looked for again, so the whole feed has to come again.
    state = replace(state, etag="", modified="") if waiting else state
    unknown = [one for one in answer.feed.entries if one.id not in turn.state.seen]
    own = {one.id for one in new[-AT_ONCE:]}
    return (
        *posted,
        *edits,
        *([Remember(records.known(turn.feed, unknown, own, turn.now))] if unknown else []),
        Remember(records.forgotten(turn.feed, answer.feed.entries, turn.now)),
        *settled(turn, state),
    )


def settled(turn: Round, state: State) -> tuple[Action, ...]:
    """All is well with the feed: note it, and tell those who know otherwise."""
    told = turn.operators if turn.state.trouble else None
    return (
        *((Say(room=told, text=wording.better(turn.feed)),) if told else ()),
        *map(Remember, records.told(turn.feed, turn.state.trouble, "")),
        Remember(records.kept(turn.feed, replace(state, failures=0), turn.now)),
    )


def fresh(turn: Round, answer: Answer) -> list[Entry]:
    """The entries that are news, the oldest first. What is known under another id is none."""
    if not turn.state.begun:
        return []
    seen, words = turn.state.seen, {one.digest for one in turn.state.seen.values()}
    new = [one for one in answer.feed.entries if one.id not in seen and one.digest not in words]
    return [one for one in reversed(new) if one.at is None or turn.now - one.at <= NEWS]


def _posts(turn: Round, answer: Answer, new: list[Entry]) -> list[Action]:
    rest, own = new[:-AT_ONCE], new[-AT_ONCE:]
    said: list[Action] = []
    for name, room in turn.rooms.items():
        if rest:
            said.append(Say(room=room, text=wording.gathered(turn.feed, answer.feed, rest)))
        said += [Say(room=room, text=wording.notice(turn.feed, one), key=key(turn.feed, one, name)) for one in own]
    return said


def _edits(turn: Round, answer: Answer, sent: Mapping[str, bool]) -> tuple[list[Action], bool]:
    """What is edited, and whether something has to wait, since its message is still on its way."""
    done: list[Action] = []
    waiting = False
    for entry in changed(turn, answer):
        was = turn.state.seen[entry.id]
        here = [name for name in turn.rooms if sent.get(key(turn.feed, entry, name))]
        if was.posted and not here and turn.now - was.at < UNSENT:
            waiting = True
            continue
        text = wording.notice(turn.feed, entry)
        if was.posted:
            done += [Edit(room=turn.rooms[name], key=key(turn.feed, entry, name), text=text) for name in here]
        done.append(Remember(records.says_now(turn.feed, entry)))
    return done, waiting


def failed(turn: Round, trouble: Trouble) -> tuple[Action, ...]:
    """What is done about a feed that couldn't be read: it waits longer each time, and the operators hear of it once."""
    failures = turn.state.failures + 1
    told = _told(turn, trouble, failures)
    known = GONE if trouble.gone and (told or turn.state.trouble) else turn.state.trouble or (TOLD if told else "")
    return (
        *told,
        *map(Remember, records.told(turn.feed, turn.state.trouble, known)),
        Remember(records.kept(turn.feed, replace(turn.state, failures=failures), turn.now)),
        Later(at=turn.now + gap(turn.feed, failures, trouble), key=job_key(turn.feed), room=LANE),
    )


def _told(turn: Round, trouble: Trouble, failures: int) -> tuple[Say, ...]:
    """What the operators hear, if they don't know already, and it isn't likely to pass."""
    if turn.operators is None or turn.state.trouble or (trouble.passes and failures < PATIENCE):
        return ()
    return (Say(room=turn.operators, text=wording.trouble(turn.feed, trouble.why, gone=trouble.gone)),)


def gap(feed: FeedSettings, failures: int, trouble: Trouble) -> timedelta:
    """How long it isn't asked for: twice as long each time, or as long as its server wants; a day at most."""
    growing: timedelta = feed.every * 2 ** min(failures, 12)
    wanted = max(growing, timedelta(seconds=trouble.after))
    return max(feed.every, min(wanted, LONGEST_GAP))


def job_key(feed: FeedSettings) -> str:
    """The recurring job of this feed."""
    return f"feed:{feed.name}"
