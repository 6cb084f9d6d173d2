"""The last word of each source on each of its things: what a new word changes in it. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from handlers.status.records import Condition
from handlers.status.report import Report
from handlers.status.sources.texts import digest
from handlers.status.states import Severity, State

#: The source of what the bot measures itself.
PROBE = "probe"
#: A word that only comes again is noted no more often than this.
HEARD_EVERY = timedelta(minutes=1)
#: What is said to have begun earlier has a broken date.
OLDEST = timedelta(days=366)
#: For no longer than this maintenance is believed that a system has told of once: not all of them tell of its end, and
#: an outage after that would be passed over. It is more than the four hours after which Alertmanager repeats.
MAINTENANCE = timedelta(hours=6)
#: How much it matters where the source doesn't say.
_USUAL = {State.DOWN: Severity.CRITICAL, State.DEGRADED: Severity.WARNING}
#: What makes a word another one, beside its state. Not the rest of its text: a measured value is another each time.
_TELLING = ("state", "severity", "summary", "service", "since")


@dataclass(frozen=True, slots=True)
class Word:
    """What a source says now. `dated`: it says itself since when; else its `since` is when it came."""

    condition: Condition
    dated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The conditions of a service with the new words in them.

    `written` are those that are to be kept, `turned` tells whether one says something else than before, and `faded` are
    those that have said nothing for too long, as they were.
    """

    all: tuple[Condition, ...]
    written: tuple[Condition, ...] = ()
    turned: bool = False
    faded: tuple[Condition, ...] = field(default=())


def key_of(source: str, by: str, fingerprint: str) -> str:
    """The key of what this source says under this fingerprint."""
    return digest(f"{source}\0{by}\0{fingerprint}")


def word_of(report: Report, service: str, source: str, now: datetime) -> Word:
    """A report as a condition of this service."""
    since = _dated(report.since, now)
    condition = Condition(
        key=key_of(source, report.by, report.fingerprint),
        service=service,
        source=source,
        by=report.by,
        state=report.state,
        severity=report.severity or _USUAL.get(report.state, Severity.WARNING),
        summary=report.summary,
        details=report.details,
        url=report.url,
        since=since or now,
        heard=now,
    )
    return Word(condition, dated=since is not None)


def take(before: Iterable[Condition], words: Sequence[Word], now: datetime, stale: timedelta) -> Taken:
    """What becomes of these conditions by these words, in their order, and by the time that has passed."""
    known = {one.key: one for one in before}
    were = dict(known)
    for word in words:
        kept = _taken(known.get(word.condition.key), word)
        if kept is not None:
            known[kept.key] = kept
    faded = [one for one in known.values() if one.state not in (State.UP, State.UNKNOWN) and is_stale(one, now, stale)]
    known |= {one.key: replace(one, state=State.UNKNOWN) for one in faded}
    written = [one for one in known.values() if _differs(were.get(one.key), one)]
    turned = any(_turned(were.get(one.key), one) for one in written)
    return Taken(all=tuple(known.values()), written=tuple(written), turned=turned, faded=tuple(faded))


def is_stale(one: Condition, now: datetime, stale: timedelta) -> bool:
    """Whether nothing has been heard of it for so long that it doesn't count any more."""
    return one.gone or now - one.heard > (min(stale, MAINTENANCE) if one.state == State.MAINTENANCE else stale)


def watched(
    conditions: Iterable[Condition], looked: Mapping[str, datetime], probes: Collection[str]
) -> tuple[Condition, ...]:
    """The conditions, with what probes say heard when they looked last: they tell changes alone.

    `probes` are all that there are: nobody will ever take back what another one has said.
    """
    return tuple(_watched(one, looked, probes) if one.source == PROBE else one for one in conditions)


def _watched(one: Condition, looked: Mapping[str, datetime], probes: Collection[str]) -> Condition:
    return replace(one, heard=max(one.heard, looked.get(one.by, one.heard)), gone=one.by not in probes)


def _dated(since: datetime | None, now: datetime) -> datetime | None:
    """The source's own time. Of the future nothing is known, and clocks differ."""
    if since is None:
        return None
    since = since.replace(tzinfo=UTC) if since.tzinfo is None else since
    return None if now - since > OLDEST else min(since, now)


def _taken(kept: Condition | None, word: Word) -> Condition | None:
    """The condition by this word; None where the word is older than what is known."""
    new = word.condition
    if kept is None:
        return new
    same = new.state == kept.state
    if new.source == PROBE:
        # Its words come in order; where they seem not to, the bot's own clock was put right meanwhile.
        new = replace(new, since=max(new.since, kept.since))
    elif not word.dated:
        new = replace(new, since=kept.since if same else new.since)
    elif new.since < kept.since or (new.since == kept.since and kept.state == State.UP and not same):
        return None
    worse = new.state.bad and new.severity.rank > kept.severity.rank
    return replace(new, heard=max(new.heard, kept.heard), muted=kept.muted and same and not worse)


def _differs(before: Condition | None, now: Condition) -> bool:
    return before is None or _turned(before, now) or now.heard - before.heard >= HEARD_EVERY


def _turned(before: Condition | None, now: Condition) -> bool:
    return before is None or any(getattr(before, name) != getattr(now, name) for name in _TELLING)
