"""`!incident export`: an incident for a wiki, without names, however long it is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Select

from bot.actions import Done, Reply
from bot.commands import Call
from bot.errors import Refused
from bot.matrix import render
from bot.matrix.splitting import LARGEST, size
from bot.ports import Memory, RoomInfo
from handlers.status.history.export import ENTRIES, blocks, export, markdown
from handlers.status.history.uptime import Uptime
from handlers.status.records import Incident, Kind, Moment, Phase
from handlers.status.states import State
from tests.support.fakes import START, FakeRooms, ports
from tests.support.house import ANA, CONTROL, said
from tests.unit.status.scenes import MASTODON, incident, watch

MINUTE = timedelta(minutes=1)


def moment(minutes: float, text: str, **changes: Any) -> Moment:
    plain = Moment(incident="2026-05-04-1", at=START + minutes * MINUTE, kind=Kind.UPDATED, text=text)
    return replace(plain, **changes)


OVER = incident(phase=Phase.RESOLVED, resolved=START + 23 * MINUTE, reopened=2)
MOMENTS = (
    moment(0, "Mastodon is unreachable: HTTP 503 (measured by me)"),
    moment(5, "We are <b>looking</b> at [it](https://evil.example)\n# now", kind=Kind.SAID, who=ANA),
    moment(6, "It's the disk, says Ben.", kind=Kind.NOTE, who=ANA, public=False),
    moment(23, "Mastodon works again since 12:23 UTC."),
)
MEASURED = Uptime(down=21 * MINUTE, blind=2 * MINUTE)


def test_what_members_notice_when_nothing_works_is_not_said_of_what_was_slow() -> None:
    slow = markdown(replace(OVER, state=State.DEGRADED), MOMENTS, MASTODON, MEASURED)
    assert "What members noticed" not in slow


def test_an_incident_that_is_over() -> None:
    public = [one for one in MOMENTS if one.public]
    assert markdown(OVER, public, MASTODON, MEASURED).splitlines() == [
        "# Mastodon was unreachable on 4 May 2026",
        "",
        "- **Began:** 4 May 2026, 12:00 UTC",
        "- **Ended:** 4 May 2026, 12:23 UTC",
        "- **Lasted:** 23 minutes",
        "- **Severity:** critical",
        "- **What members noticed:** The website and the apps don't load.",
        "- **What was found:** HTTP 503",
        "- **Measured:** unreachable for 21 minutes and not known for 2 minutes",
        "- **Came back and failed again:** 2 times",
        "",
        "## What happened",
        "",
        "- 12:00 UTC: Mastodon is unreachable: HTTP 503 (measured by me)",
        r"- 12:05 UTC: We are \<b\>looking\</b\> at \[it\](https://evil.example) \# now",
        "- 12:23 UTC: Mastodon works again since 12:23 UTC.",
    ]


def test_an_incident_that_lasts_says_so() -> None:
    text = markdown(incident(), (), MASTODON, Uptime(down=MINUTE))
    assert "- **Ended:** not yet" in text
    assert "Lasted" not in text
    assert "- **Measured so far:** unreachable for 1 minute" in text
    assert text.endswith("- Nothing was noted.")


def test_a_very_long_timeline_is_cut() -> None:
    text = markdown(OVER, [moment(one, "…") for one in range(ENTRIES + 50)], MASTODON, MEASURED)
    assert text.splitlines()[-1] == "- … and 50 more entries"


@pytest.mark.parametrize("letter", ["a", "&", "漢", "\\", '"', "`"])
def test_a_long_text_is_split_between_lines_and_every_part_is_a_block(letter: str) -> None:
    text = markdown(OVER, [moment(one, letter * 3000) for one in range(60)], MASTODON, MEASURED)
    parts = blocks(text)
    assert len(parts) > 1
    assert "\n".join(part.removeprefix("```\n").removesuffix("\n```") for part in parts) == text
    for part in parts:
        assert size(part) <= LARGEST
        shown = render.html(part)
        assert (shown[:11], shown[-13:], shown.count("<pre>")) == ("<pre><code>", "</code></pre>", 1)


# The command


class Kept(Memory):
    """One incident and its timeline are kept; no spans."""

    def __init__(self, one: Incident = OVER) -> None:
        self.incident = one

    async def rows(self, query: Select[Any]) -> Sequence[Any]:
        match query.get_final_froms()[0].name:  # type: ignore[attr-defined]
            case "status_incidents":
                return [Row({**columns(self.incident), "live": None})]
            case "status_timeline":
                return [Row(columns(one)) for one in MOMENTS]
            case _:
                return []


class Row:
    def __init__(self, values: dict[str, Any]) -> None:
        self._mapping = values


def columns(one: Incident | Moment) -> dict[str, Any]:
    values = {name: getattr(one, name) for name in one.__slots__}
    return {name: value.timestamp() if hasattr(value, "timestamp") else value for name, value in values.items()}


ROOMS = FakeRooms(operators_room=CONTROL, known={CONTROL: RoomInfo(id=CONTROL, operators=True)})


async def exported(args: str, **where: Any) -> str:
    call = Call(name="incident", args=args, message=said("…", **where))
    decided = await export(watch(), call, ports(memory=Kept(), rooms=ROOMS, now=START + timedelta(hours=1)))
    assert isinstance(decided, Done)
    (answer,) = decided.actions
    assert isinstance(answer, Reply)
    return answer.text


async def test_everybody_reads_what_members_may_read_and_no_names() -> None:
    text = await exported("2026-05-04-1")
    assert "We are" in text
    assert "the disk" not in text
    assert ANA not in text


@pytest.mark.parametrize("option", ["--all", "\N{EM DASH}all"])
async def test_notes_are_exported_in_the_operators_room_alone(option: str) -> None:
    text = await exported(f"2026-05-04-1 {option}", room=CONTROL)
    assert "the disk" in text
    assert ANA not in text
    with pytest.raises(Refused, match="Notes stay in the operators' room"):
        await exported(f"{option} 2026-05-04-1")
