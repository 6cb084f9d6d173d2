"""`!faq review` and what goes with it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.actions import Ask, Audit, Done, Nothing, Reply, Say
from bot.commands import Call
from bot.errors import Refused
from bot.events import Chosen, Tick
from bot.ports import RoomInfo
from bot.roles import Role
from handlers.faq import on_chosen, on_tick
from handlers.faq.answering.records import DOWN, REMOVED, UP, forget_miss, note_miss, note_rating
from handlers.faq.bank.writing import fresh
from handlers.faq.commands import run
from handlers.faq.library import Library, matcher
from handlers.faq.review.items import code_of
from handlers.faq.review.jobs import REVIEW_JOBS, REVIEW_TICKS
from handlers.faq.review.records import forget_old, note_confused, note_link, noted_misses
from handlers.faq.review.weekly import measured, on_measure
from handlers.faq.settings import Settings
from handlers.faq.tables import misses, ratings, reviewed
from tests.support.fakes import START, FakeRoles, FakeRooms
from tests.unit.faq.bank import ANA, BANK, PLACE, ROOM, Tables, entry, house, message

CONTROL = "!control:example.org"
SETTINGS = Settings()
#: The bank, with nothing in it that is too old.
FRESH = Library.of([replace(one, as_of=None) for one in BANK], SETTINGS, PLACE)
ROOMS = FakeRooms({CONTROL: RoomInfo(id=CONTROL, control=True)}, control_room=CONTROL)


def noted(*texts: str) -> Tables:
    """Tables with these questions, the first asked a day ago, each other an hour later."""
    tables = Tables()
    for number, text in enumerate(texts):
        at = START - timedelta(days=1) + timedelta(hours=number)
        tables.keep(Done(note_miss(f"${number}", text, at)))
    return tables


def rate(tables: Tables, *what: str, slug: str = "money") -> None:
    for number, one in enumerate(what):
        tables.keep(Done(note_rating(f"${slug}{one}{number}", key="answer:$x", slug=slug, what=one, now=START)))


async def review(args: str = "", tables: Tables | None = None, *, library: Library = FRESH, **more):
    """What a moderator's `!faq review <args>` does."""
    tables = tables or Tables()
    said = message(f"faq review {args}", **{"room": CONTROL, **more})
    call = Call(name="faq", args=f"review {args}".strip(), message=said, role=more.pop("role", Role.MODERATOR))
    return tables.keep(await run(library, call, house(tables, rooms=ROOMS)))


async def codes(tables: Tables, library: Library = FRESH) -> list[str]:
    """The codes on the list."""
    (said,) = await review(tables=tables, library=library)
    return [line.split("`")[1] for line in said.text.split("\n") if line.startswith("- ")]


async def kinds(tables: Tables, library: Library = FRESH) -> str:
    return "".join(code[0] for code in await codes(tables, library))


async def test_only_moderators_see_it_and_only_where_nobody_else_does():
    said = message("faq review", room=CONTROL)
    call = Call(name="faq", args="review", message=said, role=Role.MEMBER)
    refused = Tables().keep(await run(FRESH, call, house(rooms=ROOMS)))
    assert refused[0].text == "Only moderators may use `!faq review`."
    with pytest.raises(Refused, match="in private"):
        await review(room=ROOM)
    (said_in_private,) = await review(room="!chat:example.org", private=True)
    assert said_in_private.text.startswith("Nothing to review")


async def test_it_lists_questions_ratings_and_removals_the_oldest_first():
    tables = noted("is there a bus?", "when is the party?", "is there a bus")
    rate(tables, DOWN)
    rate(tables, REMOVED, slug="rules")
    (said,) = await review(tables=tables)
    lines = [line for line in said.text.split("\n") if line.startswith("- ")]
    assert [line.split("` ", 1)[1].split(":")[0] for line in lines] == [
        'no answer to "is there a bus?" (asked 2 times)',
        'no answer to "when is the party?"',
        "`money` was rated 👎 1, 👍 0",
        "`rules` was removed by somebody",
    ]


async def test_a_question_that_the_bank_answers_by_now_is_not_listed():
    assert await codes(noted("where does all the money go?")) == []


async def test_what_people_like_and_what_is_gone_is_not_listed():
    tables = Tables()
    rate(tables, DOWN, UP)
    rate(tables, DOWN, slug="gone")
    assert await codes(tables) == []


@pytest.mark.parametrize("spoken", ["{}", "`{}`", "{},", "{} {}"])
async def test_done_takes_a_question_off_and_forgets_all_that_were_like_it(spoken):
    tables = noted("is there a bus?", "is there a bus", "when is the party?")
    bus, party = await codes(tables)
    audit, said = await review(f"done {spoken.format(bus, bus)}", tables)
    assert isinstance(audit, Audit)
    assert (audit.who, audit.what, audit.outcome) == (ANA, "faq review done", f"took {bus} off the list")
    assert said.text == "Done, thank you. 1 left."
    assert await codes(tables) == [party]
    assert len(await tables.rows(select(misses))) == 1


async def test_done_takes_ratings_off_and_keeps_the_others():
    tables = Tables()
    rate(tables, DOWN, REMOVED)
    rate(tables, DOWN, slug="rules")
    await review(f"done {code_of('r', 'money')}", tables)
    left = {(row.slug, row.what) for row in await tables.rows(select(ratings))}
    assert left == {("money", REMOVED), ("rules", DOWN)}
    await review(f"done {code_of('x', 'money')} {code_of('r', 'rules')}", tables)
    assert await tables.rows(select(ratings)) == []


STALE = Library.of([entry("old", "How old is it?", as_of="2020"), *BANK[1:]], SETTINGS, PLACE)


async def test_done_takes_housekeeping_off_for_half_a_year_or_until_it_is_something_else():
    tables = Tables()
    (code,) = await codes(tables, STALE)
    await review(f"done {code}", tables, library=STALE)
    assert await codes(tables, STALE) == []
    changed = Library.of([replace(STALE.entries["old"], as_of="2021")], SETTINGS, PLACE)
    assert len(await codes(tables, changed)) == 1
    tables.keep(Done(forget_old(START + timedelta(days=181))))
    assert await tables.rows(select(reviewed)) == []
    assert len(await codes(tables, STALE)) == 1


async def test_dead_links_and_entries_that_are_taken_for_each_other_are_listed_while_both_exist():
    tables = Tables()
    url = "https://example.org/wiki/Main_Page"
    tables.keep(Done(note_link(url, checked=START, failing=START.timestamp(), why="gone, 404")))
    tables.keep(Done(note_link("https://gone.example", checked=START, failing=START.timestamp(), why="gone, 404")))
    tables.keep(Done(note_confused([("money", "fee", 3), ("money", "gone", 5)])))
    assert await kinds(tables) == "lc"


@pytest.mark.parametrize(
    ("args", "why"),
    [
        ("nonsense", "Write `faq review`"),
        ("done", "Which?"),
        ("done q0000", "There is no q0000"),
        ("learn", "Write a code"),
        ("learn q0000", "Write a code"),
        ("learn q0000 money", "There is no q0000"),
    ],
)
async def test_what_it_doesnt_understand_it_says_with_what_to_write(args, why):
    with pytest.raises(Refused, match=why):
        await review(args, noted("is there a bus?"))


async def test_learn_proposes_the_question_as_a_phrasing_to_the_moderator_who_said_so():
    written = fresh(BANK[2].questions, BANK[2].body)
    library = Library.of([replace(BANK[2], text=written), BANK[1]], SETTINGS, PLACE)
    tables = noted("is there  a\nbus?")
    (code,) = await codes(tables, library)
    (ask,) = await review(f"learn {code} join", tables, library=library)
    assert isinstance(ask, Ask)
    assert ask.who == ANA
    assert "is there a bus?" in ask.memo["change"]["after"]
    assert (ask.memo["change"]["slug"], ask.memo["change"]["what"]) == ("join", "learn")


LEARNING = Library.of([replace(BANK[2], text=fresh(BANK[2].questions, BANK[2].body)), BANK[1]], SETTINGS, PLACE)


async def test_learn_takes_no_ids_of_people():
    tables = noted("@carla:example.org asks: is there a bus?")
    (code,) = await codes(tables, LEARNING)
    (ask,) = await review(f"learn {code} join", tables, library=LEARNING)
    assert "asks: is there a bus?" in ask.memo["change"]["after"]
    assert "carla" not in ask.memo["change"]["after"]


async def test_learn_refuses_a_story():
    tables = noted("is there a bus " * 25)
    (code,) = await codes(tables, LEARNING)
    with pytest.raises(Refused, match="a question of 374 characters; expected at most 300"):
        await review(f"learn {code} join", tables, library=LEARNING)


async def test_a_question_that_is_gone_when_the_moderator_agrees_is_not_learned():
    tables = noted("is there a bus?")
    (code,) = await codes(tables, LEARNING)
    (ask,) = await review(f"learn {code} join", tables, library=LEARNING)
    chosen = Chosen(id="$c", room=CONTROL, sender=ANA, at=START, key=ask.key, option=0, memo=ask.memo)
    ports = house(tables, rooms=ROOMS, roles=FakeRoles({ANA: Role.MODERATOR}))
    tables.keep(Done((forget_miss("$0"),)))
    (told,) = tables.keep(await on_chosen(LEARNING, chosen, ports))
    assert told.text == "Nothing was kept. The message whose words these are is gone."


async def ticked(key: str, tables: Tables, rooms: FakeRooms = ROOMS, library: Library = FRESH):
    tick = Tick(id="tick", room="jobs:faq", sender="", at=START, key=key)
    decision = await on_tick(library, tick, house(tables, rooms=rooms))
    return decision if isinstance(decision, Nothing) else tables.keep(decision)


async def test_once_a_week_the_moderators_hear_how_much_there_is():
    assert await ticked("review", noted("is there a bus?", "when is the party?")) == (
        Say(room=CONTROL, text="2 things to review: `!faq review`"),
    )


@pytest.mark.parametrize(
    ("tables", "rooms", "why"),
    [(Tables(), ROOMS, "nothing to review"), (noted("is there a bus?"), FakeRooms(), "nobody to tell")],
)
async def test_where_there_is_nothing_or_nobody_nothing_is_said(tables, rooms, why):
    assert await ticked("review", tables, rooms) == Nothing(why)


ALIKE = [
    entry("red", "red chickens", "the red chickens", "red chickens please", "some red chickens", "red chickens here"),
    entry("hens", "red chickens now", "the red chickens now", "more red chickens", "red chickens there", "red hens"),
]


async def test_what_is_measured_is_kept_and_replaces_what_was_before():
    tables = Tables()
    tables.keep(Done(note_confused([("old", "older", 9)])))
    library = Library.of(ALIKE, SETTINGS, PLACE)
    tick = Tick(id="tick", room="jobs:faq", sender="", at=START, key="confused")
    decision = await on_measure(library, tick, house(tables))
    tables.keep(decision)
    assert all("old" not in code for code in await codes(tables))
    assert isinstance(decision, Done)
    assert decision.why == f"{len(measured(ALIKE, matcher))} pairs of entries are taken for each other"


def test_everything_that_recurs_is_done_by_somebody():
    assert {job.key for job in REVIEW_JOBS} == set(REVIEW_TICKS)


async def test_it_is_said_to_who_asked_alone():
    (said,) = await review(tables=noted("is there a bus?"))
    assert isinstance(said, Reply)
    assert said.mention == ANA


async def test_of_two_questions_with_one_code_only_the_one_that_is_shown_is_taken_off(monkeypatch):
    monkeypatch.setattr("handlers.faq.review.items.code_of", lambda kind, _about: f"{kind}0")
    tables = noted("is there a bus?", "when is the party?")
    (code,) = await codes(tables)
    await review(f"done {code}", tables)
    (row,) = await tables.rows(select(misses))
    assert row.text == "when is the party?"


async def test_old_junk_does_not_hide_what_is_asked_now(monkeypatch):
    monkeypatch.setattr("handlers.faq.review.records.MOST_MISSES", 2)
    found = await noted_misses(noted(*"abcdef"), START)
    assert [one.text for one in found] == ["a", "b", "e", "f"]
    assert [one.text for one in await noted_misses(noted(*"abc"), START)] == ["a", "b", "c"]
