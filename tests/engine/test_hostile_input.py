"""Holes that were found by looking for them, and are closed. A docstring tells how the hole was, and where."""

import math
import stat
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.engine import URL

from bot.actions import Action, Ask, Audit, Decision, Done, Later, Remember, Say
from bot.addressing import Identity, Said, address
from bot.errors import StewardError
from bot.events import Addressed, Chosen, Message
from bot.handler import Opened
from bot.inbox import Ignored
from bot.markdown import escape
from bot.matrix import render
from bot.matrix.api import retry_after, understood
from bot.matrix.crypto.store import KEY_FILE, store_key
from bot.matrix.history import is_our_arrival
from bot.matrix.rooms import RoomBook
from bot.matrix.sync import _invitations, entry_of
from bot.matrix.translate import Translator
from bot.ports import Noted, Ports
from bot.readers import Sent
from bot.schedule import Schedule
from bot.storage import jobs, journal
from bot.storage.engine import Storage
from bot.storage.jobs import Job
from bot.storage.migrate import migrate
from handlers.moderation import HANDLER as MODERATION
from handlers.moderation.audit import shown
from tests.engine.test_logs import log_of
from tests.support.fakes import PLACE, START, FakeClock
from tests.support.hostile import JSON
from tests.support.house import ANA, BEN, ROOM, House, MakeHouse, entry, moderator, on_any_database, said

US = "@steward:example.org"
STEWARD = Identity(user_id=US, names=("Steward", "steward"), prefixes=("!",))


# bot/addressing.py: without_name


@pytest.mark.parametrize("text", [f"{US}: where?", f"{US} where?", f"{US}, where?"])
def test_our_whole_id_at_the_start_calls_us_and_is_taken_off_whole(text: str) -> None:
    """`@?` takes the id's own @, the localpart matches as a name, and the words are "example.org: where?"."""
    assert address(Said(text=text, mentions=frozenset({US})), STEWARD)[1] == "where?"


def test_a_word_that_begins_with_our_name_is_no_call() -> None:
    """A hyphen without a space before it counts as the mark after a name."""
    assert address(Said(text="Steward-like bots are slow"), STEWARD)[0] is None


# bot/matrix/render.py


@pytest.mark.parametrize("words", ["&copy; 2026", "&lt;b&gt;", "&#42;x&#42;"])
def test_others_words_stay_words_when_they_look_like_entities(words: str) -> None:
    """`escape` leaves & alone, and Markdown knows entities: &copy; becomes ©."""
    html = render.html(escape(words))
    assert html == f"<p>{words.replace('&', '&amp;')}</p>"


def test_the_mark_that_turns_arabic_text_is_taken_out_too() -> None:
    """U+061C is a bidirectional control like those that `escape` takes out."""
    assert escape("a\u061cb") == "ab"


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("[page](https://example.org/a__b__c)", "page (https://example.org/a__b__c)"),
        ("run `__init__`", "run `__init__`"),
    ],
)
def test_the_plain_body_keeps_addresses_whole(markdown: str, plain: str) -> None:
    """`plain` takes __ for emphasis wherever it stands."""
    assert render.plain(markdown) == plain


# bot/matrix/api.py


@pytest.mark.parametrize("flows", ["null", "[1]", "1", '[{"stages": null}]', '[{"stages": [{}]}]', '["x"]'])
def test_a_malformed_request_for_proof_is_an_error_of_ours(flows: str) -> None:
    """`NeedsProof` trusts the form of `flows`; what it raises otherwise ends the start with a traceback."""
    with pytest.raises(StewardError):
        understood(401, {}, f'{{"flows": {flows}}}'.encode())


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("Wed, 21 Oct 99999 07:28:00 GMT", None),
        ("9" * 400, None),
        ("", 10**400),
        ("", math.inf),
    ],
)
def test_an_absurd_wait_is_no_error_and_not_for_ever(header: str, wait: Any) -> None:
    """ValueError and OverflowError come out of `retry_after`; infinity holds back the outbox for good."""
    after = retry_after({"Retry-After": header}, {"retry_after_ms": wait})
    assert after is None or math.isfinite(after)


# bot/matrix/sync.py, history.py, rooms.py: one bad event stops the loop, which asks for the same batch for ever


EVENT = {
    "type": "m.room.message",
    "event_id": "$1",
    "sender": ANA,
    "origin_server_ts": 1_700_000_000_000,
    "content": {"body": "hi"},
}


@pytest.mark.parametrize(
    "changed",
    [
        {"origin_server_ts": 10**400},
        {"origin_server_ts": math.nan},
        {"event_id": {"a": 1}},
        {"event_id": None},
        {"sender": ["@ana:example.org"]},
    ],
    ids=lambda changed: f"{next(iter(changed))}={str(next(iter(changed.values())))[:12]}",
)
def test_an_event_of_wrong_types_is_left_out(changed: dict[str, Any]) -> None:
    """It raises OverflowError, or makes an entry that no database takes."""
    assert entry_of({**EVENT, **changed}, ROOM, US, START.timestamp()) is None


@given(st.fixed_dictionaries({name: st.just(value) | JSON for name, value in EVENT.items()}))
def test_whatever_becomes_an_entry_can_be_written(event: dict[str, Any]) -> None:
    made = entry_of(event, ROOM, US, START.timestamp())
    assert made is None or (isinstance(made.key, str) and isinstance(made.sender, str) and math.isfinite(made.at))


@pytest.mark.parametrize("unsigned", [None, {"prev_content": None}, "x"])
def test_a_membership_with_a_malformed_past_does_not_stop_the_loop(unsigned: Any) -> None:
    event = {"type": "m.room.member", "state_key": US, "content": {"membership": "join"}, "unsigned": unsigned}
    assert is_our_arrival(event, US)


@pytest.mark.parametrize("section", [{"timeline": {"events": ["junk"]}}, {"state": None}, {"summary": None}])
def test_a_malformed_room_in_a_sync_does_not_stop_the_loop(section: dict[str, Any]) -> None:
    assert len(RoomBook().after({"rooms": {"join": {ROOM: section}}})) == 1


async def test_an_invitation_to_a_room_with_a_long_id_can_be_written(storage: Storage) -> None:
    """`invite:{room}:{token}` outgrows journal.key (255): PostgreSQL refuses it, and the loop never gets past it.

    Room ids may have 255 characters, and whoever invites us chooses it.
    """
    room = "!" + "r" * 18 + ":" + "sub." * 55 + "example.org"
    answer = {"next_batch": "s" + "_12345" * 12, "rooms": {"invite": {room: {}}}}
    async with storage.begin() as tx:
        await journal.write(tx, _invitations(answer, START.timestamp()))
    assert await journal.waiting_rooms(storage) == [room]


# bot/matrix/translate.py, bot/dispatch.py: a message of one member's holds up its room for ever


def message(text: str, **content: Any) -> dict[str, Any]:
    return {"type": "m.room.message", "content": {"msgtype": "m.text", "body": text, **content}}


def replying_to(event_id: Any) -> dict[str, Any]:
    return {"m.relates_to": {"m.in_reply_to": {"event_id": event_id}}}


def reaction(of: Any) -> dict[str, Any]:
    return {"type": "m.reaction", "content": {"m.relates_to": {"event_id": of, "key": "👍"}}}


async def speaks(event: Message, _ports: Ports) -> Decision:
    return Done((Say(room=event.room, text=f"heard {event.text}"),))


def translating(storage: Storage, **changes: Any) -> House:
    """The engine behind Matrix's real translator."""
    machine: Any = None
    translate = Translator(us=STEWARD, rooms=RoomBook(), machine=machine, sent=Sent(storage))
    reads: Any = translate
    return House(storage=storage, reader=reads, **changes)


POISON = [
    pytest.param(message("1", **replying_to({"a": 1})), id="an id that is an object"),
    pytest.param(message("1", **replying_to(["$1"])), id="an id that is a list"),
    pytest.param(message("hi", **replying_to("$\u0000")), id="a reply to an id with a NUL"),
    pytest.param(message("1", **replying_to("$\ud800")), id="a reply to half a character"),
    pytest.param(message("1", **replying_to("$" + "x" * 60_000)), id="a reply to an id as long as a novel"),
    pytest.param(message("\u0000\ud800"), id="a text that no database takes"),
    pytest.param(reaction("$\u0000"), id="a reaction to an id with a NUL"),
    pytest.param(reaction({"a": 1}), id="a reaction to an object"),
    pytest.param({"type": "m.room.redaction", "content": {"redacts": {"a": 1}}}, id="a deletion of an object"),
]


@pytest.mark.parametrize("poison", POISON)
async def test_no_message_holds_up_its_room(storage: Storage, poison: dict[str, Any]) -> None:
    """The database refuses the id that is asked for; that counts as the database's trouble, so the event waits.

    `Message.reply_to` is whatever JSON came; PostgreSQL takes no NUL. Any member can silence the bot in a room.
    """
    home = translating(storage, handlers={"faq": Opened(on={Message: speaks})})
    await home.journalled(
        entry("$poison", body=poison, kind=poison["type"]), entry("$next", body=message("is anybody there?"))
    )
    await home.works()
    assert (await home.became("$poison"))[0] == journal.DONE
    assert (await home.queued())[-1] == "heard is anybody there?"


@on_any_database
@pytest.mark.parametrize(
    "body",
    [
        message("hi", **replying_to({"a": 1})),
        message("hi", **{"m.relates_to": {"rel_type": "m.thread", "event_id": {"a": 1}}}),
        {"type": "m.room.redaction", "content": {"redacts": {"a": 1}}},
        {"type": "m.room.redaction", "content": {}, "redacts": ["$1"]},
    ],
    ids=["reply_to", "thread", "redacts", "redacts outside"],
)
async def test_ids_in_events_are_texts_or_the_event_is_ignored(storage: Storage, body: dict[str, Any]) -> None:
    event = await translating(storage, handlers={}).reader(entry("$1", body=body, kind=body["type"]))
    if isinstance(event, Ignored):
        return
    ids: Sequence[Any] = [getattr(event, name, None) for name in ("reply_to", "thread", "of")]
    assert all(one is None or isinstance(one, str) for one in ids)


async def test_no_search_of_the_audit_log_holds_up_the_room(house: MakeHouse) -> None:
    """The same with `!audit` and a NUL, in a moderator's hands."""
    home = house(moderation=MODERATION.open(MODERATION.settings(), PLACE), roles=moderator(ANA))
    await home.happens(
        said("audit \u0000", "$1", addressed=Addressed.PREFIX), said("audit x", "$2", addressed=Addressed.PREFIX)
    )
    assert (await home.queued())[-1] == "Nothing in the audit log with these words."


@pytest.mark.parametrize(
    "slip",
    [
        pytest.param(Later(at=START, key="k", room=ROOM, memo={"at": START}), id="a memo that is no JSON"),
        pytest.param(Remember(text("SELECT 1 / :no_such_value")), id="a statement without its value"),
        pytest.param(Audit(who=ANA, what="half a character: \ud800", outcome="done"), id="half a character"),
    ],
)
async def test_a_surprise_in_what_a_handler_decided_is_fenced_too(house: MakeHouse, slip: Action) -> None:
    """`_commit` stood outside the fence: what can't be written blocked the room."""

    async def on(event: Message, _ports: Ports) -> Decision:
        words = Say(room=ROOM, text=f"heard {event.text}")
        return Done((words, slip) if event.text == "bomb" else (words,))

    home = house(faq=Opened(on={Message: on}))
    await home.happens(said("bomb", "$1"), said("hello", "$2"))
    assert (await home.became("$1"))[0] == journal.FAILED
    assert await home.queued() == ["Something went wrong here; the moderators have been told.", "heard hello"]


# bot/asks.py


@on_any_database
async def test_a_number_in_reply_to_somebody_else_is_no_choice(house: MakeHouse) -> None:
    """A reply to another message of ours is no choice, but a reply to another person's is taken for one."""

    async def on_chosen(event: Chosen, _ports: Ports) -> Decision:
        return Done((Say(room=ROOM, text=f"chose {event.option}"),))

    home = house(faq=Opened(on={Message: speaks, Chosen: on_chosen}))
    asked = {"to": "$q", "text": "Which?", "mention": ANA, "options": ("this", "that"), "key": "k", "who": ANA}
    async with home.storage.begin() as tx:
        await jobs.open_ask(tx, "faq", Ask(room=ROOM, until=START + timedelta(minutes=5), **asked))  # type: ignore[arg-type]
    await home.happens(said("how many?", "$ben", sender=BEN), said("2", "$ana", reply_to="$ben"))
    assert await home.queued() == ["heard how many?", "heard 2"]


# bot/schedule.py


async def test_a_job_with_a_long_key_does_not_hold_up_the_others(storage: Storage, clock: FakeClock) -> None:
    """jobs.key holds 255 characters, journal.key the same with "timer:", the handler and the time before and after.

    PostgreSQL refuses the entry, and no job is handed on any more.
    """
    later = Later(at=START, key="k" * 250, room=ROOM)
    async with storage.begin() as tx:
        await jobs.add_job(tx, "faq", later)
        await jobs.add_job(tx, "faq", replace(later, at=START + timedelta(seconds=1), key="next"))
    clock.forward(1)
    await Schedule(storage=storage, clock=clock, wake=lambda _room: None).turn()
    assert await journal.depth(storage) == 2


async def test_what_is_put_off_again_to_the_same_time_comes_again(storage: Storage, clock: FakeClock) -> None:
    """The entry's key is made of handler, key and time, so that the second is taken for the first and dropped."""
    schedule = Schedule(storage=storage, clock=clock, wake=lambda _room: None)
    for _ in range(2):
        async with storage.begin() as tx:
            await jobs.add_job(tx, "faq", Later(at=START, key="k", room=ROOM))
        await schedule.turn()
    assert await journal.depth(storage) == 2


async def test_what_is_replaced_at_the_last_moment_does_not_come_at_its_old_time(
    storage: Storage, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between `due` and the commit a handler may replace the job; the old tick is written all the same."""
    due, replacements = jobs.due, [Later(at=START + timedelta(hours=1), key="k", room=ROOM)]

    async def due_and_then_replaced(storage: Storage, now: float) -> list[Job]:
        found = await due(storage, now)
        while replacements:
            async with storage.begin() as tx:
                await jobs.add_job(tx, "faq", replacements.pop())
        return found

    async with storage.begin() as tx:
        await jobs.add_job(tx, "faq", Later(at=START, key="k", room=ROOM))
    monkeypatch.setattr(jobs, "due", due_and_then_replaced)
    await Schedule(storage=storage, clock=clock, wake=lambda _room: None).turn()
    assert await journal.depth(storage) == 0


# bot/storage/migrate.py

HALF = """
import sqlalchemy as sa
from alembic import op

revision = "pets1"
down_revision = None
branch_labels = ("pets",)
depends_on = None


def upgrade() -> None:
    op.create_table("pets_cats", sa.Column("name", sa.String(length=64), primary_key=True))
    {}
"""


def test_a_migration_that_was_cut_short_can_be_made_again(empty: URL, tmp_path: Path) -> None:
    """SQLite's driver runs CREATE TABLE outside of the transaction: after a kill or a full disk the tables are there
    but the version is not, and every start fails with "table … already exists".
    """
    folder = tmp_path / "pets"
    folder.mkdir()
    migrate(empty)
    (folder / "0001_cats.py").write_text(HALF.format("raise KeyboardInterrupt"))
    with pytest.raises(KeyboardInterrupt):
        migrate(empty, [folder])
    (folder / "0001_cats.py").write_text(HALF.format("pass"))
    migrate(empty, [folder])


# bot/matrix/crypto/store.py


def test_a_key_file_that_was_cut_short_is_not_taken_for_a_key(tmp_path: Path) -> None:
    """Between its creation and its content the process may end; after that the store's key would be empty."""
    (tmp_path / KEY_FILE).touch(0o600)
    try:
        key = store_key(tmp_path, None)
    except StewardError:
        return
    assert len(key) >= 32
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600


# bot/logs.py, bot/storage/engine.py

FAILING = """
import asyncio, sys, structlog, tempfile
from pathlib import Path
from bot import logs
from bot.storage.engine import Storage, database_url
from bot.storage.migrate import migrate
from bot.storage.schema import journal
logs.set_up("info", sys.argv[1])
log = structlog.get_logger()
canary = "".join(["ca", "nary"])

def handler(message):
    raise KeyError("what")

async def database():
    with tempfile.TemporaryDirectory() as folder:
        url = database_url(None, Path(folder))
        migrate(url)
        storage = Storage(url)
        try:
            async with storage.begin() as tx:
                await tx.execute(journal.insert().values(source="matrix", key="$1", body=canary))
        finally:
            await storage.close()

try:
    if sys.argv[2:] == []:
        handler({"body": canary})
except KeyError:
    log.exception("handler_failed", event_id="$1")
try:
    DATABASE
except Exception:
    log.exception("lane_failed", lane="dispatch")
"""


@pytest.mark.parametrize("form", ["json", "human"])
@pytest.mark.parametrize("database", ["pass", "asyncio.run(database())"], ids=["handler", "database"])
def test_no_text_is_logged_with_an_exception(form: str, database: str) -> None:
    """structlog shows the local variables of every frame, and SQLAlchemy's errors quote the parameters."""
    script = FAILING.replace("DATABASE", database)
    if database != "pass":
        script = script.replace('handler({"body": canary})', "pass")
    logged = log_of(form, script)
    assert "lane_failed" in logged or "handler_failed" in logged
    assert "canary" not in logged


def test_the_lane_that_failed_can_be_read_in_the_log() -> None:
    """`key` is a secret's name to `redact`, so that "lane_failed" never says which room it was."""
    script = (
        "import asyncio, sys; from bot import lanes, logs; logs.set_up('info', sys.argv[1])\n"
        "async def work(key): raise OSError\n"
        "async def main():\n"
        "    at_work = lanes.Lanes('dispatch', work); at_work.release(); at_work.wake('!room:example.org')\n"
        "    await at_work.idle(); await at_work.close()\n"
        "asyncio.run(main())"
    )
    assert "!room:example.org" in log_of("json", script).split('"exception"')[0]


# handlers/moderation/audit.py


@pytest.mark.parametrize(
    "line",
    [
        Noted(at=0.0, who="@a`**b**`c:example.org", what="!kick", outcome="done", room=ROOM),
        Noted(at=0.0, who=ANA, what="!kick", outcome="see **$event**", room=ROOM),
    ],
    ids=["who", "outcome"],
)
def test_nothing_in_the_audit_log_is_markup(line: Noted) -> None:
    """Backticks end the code span that ought to hold the words, and the outcome has none at all."""
    assert "<strong>" not in render.html(shown(line))
