"""Probes: whatever answers, what comes of it is one of the documented states and a short line of plain text."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any, get_args

from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import OutOfSight, Permanent, TooLarge, TryLater
from bot.handler import Sight
from bot.ports import Certificate, Fetched, Http, Reach
from handlers.status.board import Board
from handlers.status.probes import targets
from handlers.status.probes.control import Control
from handlers.status.probes.kinds import WAYS
from handlers.status.probes.listing import Listed
from handlers.status.probes.watching import Watcher
from handlers.status.settings import Kind, ProbeSettings
from handlers.status.states import State
from tests.support.fakes import START
from tests.support.hostile import JSON, fuzzed

#: Not all of it is ours: our own words around others' may be as long again.
LONGEST = 300
WHERE = {"tls": "social.example:443", "tcp": "social.example:443", "dns": "social.example"}

#: What such servers say, and what stands in the place of each part.
_SHAPES: list[Any] = [
    {"version": "4.5", "configuration": {"statuses": {"max_characters": 500}}, "usage": {"users": {"active_month": 1}}},
    {"version": "4.5", "registrations": {"enabled": True, "approval_required": True}},
    {"status": "UP"},
    {"query": {"general": {"readonly": ""}}},
    {"error": {"code": "internal_api_error"}},
    {"versions": ["v1.1"]},
]


def _twisted(shape: Any) -> st.SearchStrategy[Any]:
    """The same shape with anything in it, at any place."""
    if not isinstance(shape, dict):
        return st.one_of(st.just(shape), JSON, st.integers())
    inner = {key: _twisted(value) for key, value in shape.items()}
    return st.one_of(st.fixed_dictionaries({}, optional=inner), JSON)


BODIES = st.one_of(
    st.binary(max_size=60),
    st.one_of(*map(_twisted, _SHAPES)).map(lambda value: json.dumps(value).encode()),
    st.sampled_from(
        [b"OK", b'{"a":' * 100_000, b"[" * 100_000, b"9" * 5000, b'{"versions": 1e999}', b"\xff\xfe", b"NaN"]
    ),
)
FAULTS: st.SearchStrategy[Exception] = st.sampled_from(
    [
        TryLater("it can't be reached"),
        Permanent("it redirects"),
        OutOfSight("inside"),
        TooLarge("too large"),
        TimeoutError(),
    ]
)
ANSWERS = st.one_of(st.tuples(st.integers(100, 599), BODIES, st.floats(0, 30)), FAULTS)


@dataclass
class World(Http, Reach):
    """Answers by what was asked for."""

    answers: list[tuple[int, bytes, float] | Exception]
    records: tuple[str, ...] = ()
    certificate: Certificate | None = None
    asked: int = 0

    async def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        del headers
        self.asked += 1
        found = self.answers[self.asked % len(self.answers)]
        if isinstance(found, Exception):
            raise found
        status, body, elapsed = found
        return Fetched(status=status, headers={}, body=body, url=url, elapsed=elapsed)

    async def tcp(self, host: str, port: int) -> float:
        return (await self.fetch(f"{host}:{port}")).elapsed

    async def tls(self, host: str, port: int) -> Certificate:
        await self.fetch(f"{host}:{port}")
        assert self.certificate is not None
        return self.certificate

    async def dns(self, name: str, kind: str, server: str | None = None) -> tuple[str, ...]:
        await self.fetch(f"{name} {kind} {server}")
        return self.records


CERTIFICATES = st.builds(
    Certificate,
    ends=st.datetimes(timezones=st.just(UTC)),
    issuer=st.text(max_size=60),
    trouble=st.sampled_from(["", "it has expired"]),
    elapsed=st.floats(0, 30),
)
TEXTS = st.lists(st.text(max_size=400), max_size=3).map(tuple)


@fuzzed()
@given(st.sampled_from(get_args(Kind)), st.lists(ANSWERS, min_size=1, max_size=3), TEXTS, CERTIFICATES, st.data())
@example("mastodon", [(200, b'{"version": "4", "registrations": {"enabled": [1]}}', 0.1)], (), None, None)
async def test_whatever_answers_comes_to_a_state_and_a_short_line(kind, answers, records, certificate, data):
    record = "A" if data is None else data.draw(st.sampled_from(["A", "AAAA", "TXT", "MX"]))
    plain = {"service": "mastodon", "fails": 1, "recovers": 1}
    settings = ProbeSettings.model_validate({**plain, "kind": kind, "record": record})
    board = Board()
    listed = Listed(name="mastodon", target=WHERE.get(kind, "https://social.example"), settings=settings)
    watcher = Watcher(listed=listed, board=board, control=Control((), board), ours=True)
    world = World(answers=answers, records=records, certificate=certificate)
    for _ in range(3):
        looked = await watcher.look(Sight(now=START, http=world, reach=world))
        assert 2 <= looked.again.total_seconds() <= 30
        evidence = board.looks["mastodon"].evidence
        assert 0 < len(evidence) <= LONGEST
        assert evidence.isprintable()
        if looked.tell is not None:
            json.dumps(looked.tell, allow_nan=False)
            assert State(looked.tell["state"]) == board.looks["mastodon"].state
    facts = board.instance
    if facts is not None:
        for figure in (facts.character_limit, facts.users):
            assert figure is None or (type(figure) is int and 0 <= figure < math.inf)
        assert facts.registrations in (None, "open", "open, by approval", "closed")


@fuzzed()
@given(
    st.sampled_from(list(WAYS.values())), st.text(max_size=40) | st.from_regex(r"(https?://)?[a-z.:\[\]0-9@/?#-]{0,20}")
)
def test_a_target_is_taken_or_refused_with_what_is_expected(way, written):
    taken, refused = "", ""
    try:
        taken = way.target(written)
    except ValueError as error:
        refused = str(error)
    assert bool(taken) != refused.startswith("expected ")
    if not taken:
        return
    if way.target in (targets.connection, targets.secured):
        host, port = targets.host_and_port(taken)
        assert host
        assert 0 < port < 2**16
