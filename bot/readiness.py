"""Is the bot at work? Decided from what was measured. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: The last good sync may be so long ago. A sync without news takes 30 seconds.
SYNC = timedelta(seconds=90)
#: And what waits to be sent so long.
OUTBOX = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """When the last sync succeeded, when the oldest waiting message was made, and whether the database takes a write.

    None: never, or nothing.
    """

    last_sync: datetime | None
    oldest_waiting: datetime | None
    writable: bool


@dataclass(frozen=True, slots=True)
class Check:
    """One of the things that must be in order, and a sentence about it that anybody may read."""

    name: str
    ok: bool
    says: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """Ready when every check is."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether all is in order."""
        return all(check.ok for check in self.checks)

    @property
    def reasons(self) -> str:
        """What isn't in order, in sentences."""
        return " ".join(check.says for check in self.checks if not check.ok)


def readiness(measured: Measured, now: datetime) -> Readiness:
    """What to think of this, at `now`."""
    return Readiness((_sync(measured.last_sync, now), _outbox(measured.oldest_waiting, now), _database(measured)))


def _sync(last: datetime | None, now: datetime) -> Check:
    if last is None:
        return Check("sync", ok=False, says="The homeserver hasn't been reached yet.")
    age = _age(last, now)
    return Check("sync", age <= SYNC, f"The last good sync was {_seconds(age)} ago.")


def _outbox(oldest: datetime | None, now: datetime) -> Check:
    if oldest is None:
        return Check("outbox", ok=True, says="Nothing waits to be sent.")
    age = _age(oldest, now)
    return Check("outbox", age <= OUTBOX, f"The oldest message to be sent has waited for {_seconds(age)}.")


def _database(measured: Measured) -> Check:
    says = "The database takes writes." if measured.writable else "The database takes no write."
    return Check("database", measured.writable, says)


def _age(moment: datetime, now: datetime) -> timedelta:
    """Not below nothing: clocks are set back at times."""
    return max(now - moment, timedelta())


def _seconds(age: timedelta) -> str:
    return f"{age.total_seconds():.0f} s"
