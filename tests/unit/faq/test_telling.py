"""`!faq tell @someone <name>`."""

import pytest

from bot.actions import Done, Reply
from bot.commands import Call
from bot.errors import Refused
from handlers.faq.answering.telling import run
from handlers.faq.tables import given_under, note_opted_out
from tests.support.fakes import FakeRooms
from tests.unit.faq.bank import ANA, LIBRARY, ROOM, Tables, house, message

BEN, EVE = "@ben:example.org", "@eve:example.org"
ME = "@steward:example.org"


async def tell(args: str, tables: Tables | None = None, **more):
    tables = tables or Tables()
    said = message(f"faq tell {args}", **more)
    ports = house(tables, rooms=FakeRooms(inside={ROOM: frozenset({BEN, ANA})}, sharing=frozenset({EVE})))
    (reply,) = tables.keep(await run(LIBRARY, Call(name="faq", args=args, message=said), ports))
    return reply


async def test_the_answer_says_who_thinks_that_it_helps_and_mentions_whom_it_is_for():
    tables = Tables()
    said = await tell(f"{BEN} rules", tables, thread="$root")
    assert isinstance(said, Reply)
    assert (said.to, said.room, said.mention, said.in_thread) == ("$question", ROOM, BEN, "$root")
    assert said.text.startswith(r"@ana:example\.org thinks this may help:" + "\n\nAbout rules.\n\nSource:")
    (row,) = await tables.rows(given_under("tell:$question"))
    assert row.slug == "rules"


@pytest.mark.parametrize("args", ["Ben rules", "Ben Bo rules", f"{BEN} `Rules`"])
async def test_whoever_is_mentioned_is_meant_whatever_name_the_app_puts_there(args):
    assert (await tell(args, mentions=frozenset({BEN, ME}))).mention == BEN


@pytest.mark.parametrize(
    ("args", "more", "why"),
    [
        ("", {}, "Tell whom what"),
        ("rules", {}, "Tell whom what"),
        (BEN, {}, "Tell whom what"),
        ("Ben rules", {}, "Tell whom what"),
        ("@room rules", {}, "Tell whom what"),
        ("Ben and Eve rules", {"mentions": frozenset({BEN, "@eve:example.org"})}, "Tell whom what"),
        (f"@{'b' * 300}:example.org rules", {}, "no Matrix id"),
        (f"{BEN} nonsense", {}, "no answer of that name"),
        (f"{BEN} staff", {}, "no answer of that name"),
        (f"{ANA} rules", {}, "Ask for it yourself"),
        (f"{ME} rules", {}, "I know that answer"),
        (f"{EVE} rules", {}, "can't tell that person here"),
        (f"{BEN} rules", {"private": True}, "nobody else here"),
    ],
)
async def test_what_cant_be_told_is_refused_with_what_to_write(args, more, why):
    with pytest.raises(Refused, match=why):
        await tell(args, **more)


async def test_who_wants_to_be_left_alone_is_left_alone_and_nobody_is_told_that():
    tables = Tables()
    tables.keep(Done(note_opted_out(BEN, out=True)))
    with pytest.raises(Refused) as left_alone:
        await tell(f"{BEN} rules", tables)
    with pytest.raises(Refused) as elsewhere:
        await tell(f"{EVE} rules", tables)
    assert str(left_alone.value) == str(elsewhere.value)
