"""How many people say that a service does not work for them either: a number in memory alone, without names."""

import hashlib
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

#: For how long what somebody says counts, and how often it counts; and how often the operators are told.
HOUR = timedelta(hours=1)
#: So many people make operators look at a service that is thought to work.
ENOUGH = 3
#: More than this is no evidence but a flood.
MOST = 10_000


@dataclass(slots=True)
class MeToo:
    """Who said so of which service, and when, by a digest whose key is gone with the process.

    What is done twice for one event, since a decision is made again, counts once.
    """

    _said: dict[tuple[str, bytes], datetime] = field(default_factory=dict)
    _told: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def add(self, service: str, person: str, now: datetime) -> None:
        """Somebody says so."""
        self._said = {who: at for who, at in self._said.items() if now - at < HOUR}
        if len(self._said) < MOST:
            self._said.setdefault((service, self._digest(person)), now)

    def counts(self, now: datetime) -> Mapping[str, int]:
        """How many people said so within the hour, by service."""
        return Counter(service for (service, _), at in self._said.items() if now - at < HOUR)

    def tells(self, service: str, event: str, now: datetime) -> bool:
        """Whether the operators are to be told because of this event: enough people, and nothing told for an hour."""
        if self.counts(now).get(service, 0) < ENOUGH:
            return False
        at, by = self._told.get(service, (now - HOUR, event))
        if by != event and now - at < HOUR:
            return False
        self._told[service] = (at if by == event and service in self._told else now, event)
        return True

    def _digest(self, person: str) -> bytes:
        return hashlib.blake2b(person.encode("utf-8", "replace"), key=self._key, digest_size=16).digest()
