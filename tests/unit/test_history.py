"""Walking back: where a gap ends."""

from typing import Any

import pytest

from bot.matrix.history import LONGEST, MOST_EVENTS, Gap, _before, is_our_arrival, limit_reached, walk

US, ANA = "@steward:example.org", "@ana:example.org"
NOW = 1_800_000_000.0


def message(number: int, ago: float = 0) -> dict[str, Any]:
    at = int((NOW - ago) * 1000)
    return {"event_id": f"${number}", "type": "m.room.message", "content": {"body": "x"}, "origin_server_ts": at}


def member(who: str, now: str, before: str | None = None, **changes: Any) -> dict[str, Any]:
    unsigned = {} if before is None else {"unsigned": {"prev_content": {"membership": before}}}
    plain = {"event_id": "$join", "type": "m.room.member", "state_key": who, "content": {"membership": now}}
    return {**plain, **unsigned, **changes}


@pytest.mark.parametrize(
    ("event", "ours"),
    [
        (member(US, "join"), True),
        (member(US, "join", "invite"), True),
        (member(US, "join", "leave"), True),
        (member(US, "join", "ban"), True),
        (member(US, "join", "join"), False),  # a new name or picture
        (member(US, "invite"), False),
        (member(US, "leave", "join"), False),
        (member(US, "ban", "join"), False),
        (member(ANA, "join"), False),
        (member(US, "join", type="m.room.message"), False),
        (member(US, "join", unsigned={}), True),
        (member(US, "join", unsigned={"prev_content": {}}), True),
        ({"type": "m.room.member", "content": {"membership": "join"}}, False),
        ({"type": "m.room.member", "state_key": US}, False),
        (member(US, "join", content=None), False),
        ({}, False),
    ],
)
def test_our_arrival_is_our_own_joining_from_outside(event: dict[str, Any], *, ours: bool) -> None:
    assert is_our_arrival(event, US) is ours


PAGE = [message(3), message(2), message(1)]


@pytest.mark.parametrize(
    ("events", "known", "fresh", "ended"),
    [
        (PAGE, set(), ["$3", "$2", "$1"], False),
        (PAGE, {"$1"}, ["$3", "$2"], True),
        (PAGE, {"$3"}, [], True),
        (PAGE, {"$2", "$1"}, ["$3"], True),
        (PAGE, {"$other"}, ["$3", "$2", "$1"], False),
        ([message(3), member(US, "join"), message(1)], set(), ["$3"], True),
        ([message(3), member(ANA, "join"), message(1)], set(), ["$3", "$join", "$1"], False),
        ([message(3), member(US, "join", "join"), message(1)], {"$1"}, ["$3", "$join"], True),
        ([], set(), [], False),
    ],
)
def test_a_page_is_read_down_to_what_is_known_or_to_our_arrival(
    events: list[dict[str, Any]], known: set[str], fresh: list[str], *, ended: bool
) -> None:
    found, stop = _before(events, known, US)
    assert [event["event_id"] for event in found] == fresh
    assert stop is ended


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        ([], ""),
        ([message(1)], ""),
        ([message(1, LONGEST)], ""),
        ([message(1, LONGEST + 1), message(2, LONGEST + 9)], "older than a day"),
        ([message(1), message(2, LONGEST + 1)], ""),  # anybody's server may write any time
        ([message(1, LONGEST + 1), message(2)], ""),
        ([message(1)] * (MOST_EVENTS - 1), ""),
        ([message(1)] * MOST_EVENTS, f"more than {MOST_EVENTS} events"),
        ([{"event_id": "$timeless"}], ""),
        ([{"event_id": "$1", "origin_server_ts": 10**400}], ""),
    ],
    ids=range(10),
)
def test_a_walk_ends_at_a_number_or_an_age(found: list[dict[str, Any]], reason: str) -> None:
    assert limit_reached(found, found, NOW) == reason


class Pages:
    """A homeserver that answers with these, one after the other."""

    def __init__(self, *pages: dict[str, Any]) -> None:
        self.left = list(pages)

    async def call(self, *_: Any, **__: Any) -> dict[str, Any]:
        return self.left.pop(0)


async def test_an_event_with_an_ancient_time_at_a_pages_end_does_not_hide_what_lies_behind_it() -> None:
    async def nothing(_ids: list[str]) -> set[str]:
        return set()

    first = {"chunk": [message(4), message(3, 50 * LONGEST)], "end": "t2"}
    api: Any = Pages(first, {"chunk": [message(2), message(1)], "end": "t3"}, {"chunk": []})
    found = await walk(api, Gap(room="!room:example.org", start="t1", until=None), nothing, US, NOW)
    assert [event["event_id"] for event in found.events] == ["$1", "$2", "$3", "$4"]
    assert found.given_up == ""
