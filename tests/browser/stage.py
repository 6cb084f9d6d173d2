"""The status page of a small community, served for real, in each of the states that it can be in."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from bot import config
from bot.handler import Place, Service
from bot.running import Running
from bot.storage.engine import Storage, database_url
from bot.storage.migrate import migrate
from bot.web.server import Web
from handlers.status import HANDLER, tables
from handlers.status.board import Board, Look
from handlers.status.page import StatusPages
from handlers.status.records import Condition, Incident, Moment, Phase, Silence, Span, Window
from handlers.status.settings import Settings
from handlers.status.states import Severity, State
from handlers.status.watch import Watch
from tests.support.fakes import START, FakeClock

NOW = START.replace(hour=14, minute=2, second=10)
Row = Incident | Moment | Window | Span | Silence | Condition
ROOT = Path(__file__).parents[2]
ANA = "@ana:example.org"
SERVICES = (
    Service(
        name="mastodon",
        title="Mastodon",
        url="https://social.example",
        members_notice="The website and the apps don't load.",
    ),
    Service(
        name="streaming",
        title="Mastodon's live updates",
        url="https://social.example/stream",
        members_notice="New posts arrive late, or only after loading the page again.",
    ),
    Service(name="wiki", title="the wiki", url="https://wiki.example", members_notice="Guides can't be read."),
    Service(name="loomio", title="Loomio", url="https://loomio.example", members_notice="Nobody can vote."),
    Service(name="meet", title="Meet.coop", url="https://meet.example", members_notice="Calls can't be joined."),
    Service(
        name="registration",
        title="the registration form",
        url="https://join.example",
        members_notice="Nobody can apply for membership.",
    ),
)
PLACE = Place(root=Path(), community="Social.example", people="Ask.", registration_form=None, services=SERVICES)


def ago(**time: float) -> datetime:
    """So long before now."""
    return NOW - timedelta(**time)


@dataclass(kw_only=True)
class Situation:
    """What there is: rows of the tables, what the probes see, and how the bot is."""

    rows: list[Row] = field(default_factory=list)
    board: Board = field(default_factory=Board)
    place: Place = PLACE
    settings: Settings = field(default_factory=Settings)
    last_sync: datetime | None = field(default_factory=lambda: ago(seconds=8))
    now: datetime = NOW
    me_too: Mapping[str, int] = field(default_factory=dict)


def look(service: str, state: State = State.UP, **changes: object) -> Look:
    """What a probe has come to."""
    evidence = {State.UP: "HTTP 200 after 0.3 s", State.DOWN: "HTTP 503 after 0.2 s"}.get(state, "HTTP 200 after 7.1 s")
    plain = Look(
        probe=service, service=service, state=state, since=ago(days=3), looked=ago(seconds=9), evidence=evidence
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def seen(*looks: Look, blind: datetime | None = None) -> Board:
    """What the probes see of all services: these, and that the others work."""
    by_service = {one.service: one for one in looks}
    each = [by_service.get(service.name, look(service.name)) for service in SERVICES]
    return Board(looks={one.probe: one for one in each}, blind=blind)


def incident(id: str = "2026-05-04-1", **changes: object) -> Incident:  # noqa: A002 - as the record's own field
    """Mastodon can't be reached since 13:39."""
    opened = ago(minutes=23)
    plain = Incident(
        id=id,
        service="mastodon",
        phase=Phase.OPEN,
        state=State.DOWN,
        severity=Severity.CRITICAL,
        summary="HTTP 503 from the web server",
        opened=opened,
        changed=ago(minutes=4),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def moment(text: str, at: datetime, of: str = "2026-05-04-1", **changes: object) -> Moment:
    """An entry of a timeline."""
    return replace(Moment(incident=of, at=at, kind="note", text=text, who=ANA), **changes)  # type: ignore[arg-type]


def over(id: str, service: str, opened: datetime, lasted: timedelta, **changes: object) -> Incident:  # noqa: A002
    """An incident of the past."""
    ended = opened + lasted
    return incident(id, service=service, phase=Phase.RESOLVED, opened=opened, changed=ended, resolved=ended, **changes)


def past(**bad_now: tuple[State, datetime]) -> list[Row]:
    """A quarter of a year: mostly fine. `bad_now` are services that aren't, and since when."""
    rows: list[Row] = []
    for number, service in enumerate(SERVICES):
        begun = ago(days=88 - 3 * number)
        bad = [
            (ago(days=61, hours=number), timedelta(minutes=23 + number), State.DOWN),
            (ago(days=33 + number), timedelta(hours=2), State.DEGRADED),
            (ago(days=12, hours=3), timedelta(hours=1), State.MAINTENANCE),
            (ago(days=5 + number % 3), timedelta(minutes=7), State.DOWN),
        ][number % 2 :: 1 + number % 3]
        for at, lasted, state in bad:
            rows += [
                Span(service=service.name, state=State.UP, begun=begun, ended=at),
                Span(service=service.name, state=state, begun=at, ended=at + lasted),
            ]
            begun = at + lasted
        state, since = bad_now.get(service.name, (State.UP, begun))
        if since > begun:
            rows.append(Span(service=service.name, state=State.UP, begun=begun, ended=since))
        rows.append(Span(service=service.name, state=state, begun=since))
    rows.append(Span(service="", state=State.UNKNOWN, begun=ago(days=47), ended=ago(days=45, hours=20)))
    rows += [
        over("2026-04-29-1", "wiki", ago(days=5, hours=3), timedelta(minutes=7)),
        over("2026-04-27-1", "streaming", ago(days=7), timedelta(hours=2), state=State.DEGRADED, summary="Slow"),
        over("2026-03-04-1", "mastodon", ago(days=61), timedelta(minutes=23)),
    ]
    return rows


def well() -> Situation:
    """Everything works."""
    return Situation(rows=past(), board=seen())


def outage() -> Situation:
    """An incident is open, another service has problems."""
    rows = [
        *past(mastodon=(State.DOWN, ago(minutes=23)), streaming=(State.DEGRADED, ago(minutes=21))),
        incident(acknowledged=ago(minutes=18)),
        incident(
            "2026-05-04-2",
            service="streaming",
            state=State.DEGRADED,
            severity=Severity.WARNING,
            opened=ago(minutes=21),
            summary="Answers take more than 5 seconds",
        ),
        moment("Mastodon can't be reached: HTTP 503 after 0.2 s.", ago(minutes=23), kind="opened"),
        moment("Somebody is looking into it.", ago(minutes=18), kind="acknowledged"),
        moment("The disk of the database is full: dave has the key", ago(minutes=15), public=False),
        moment("The database is being moved to a larger disk. More at https://status.example/db.", ago(minutes=4)),
        moment("Answers take more than 5 seconds.", ago(minutes=21), "2026-05-04-2", kind="opened"),
    ]
    down = look("mastodon", State.DOWN, since=ago(minutes=23))
    return Situation(rows=rows, board=seen(down, look("streaming", State.DEGRADED, since=ago(minutes=21))))


def simple() -> Situation:
    """One incident is open, and all else works; as the pictures in the documentation show it."""
    rows: list[Row] = [
        *past(mastodon=(State.DOWN, ago(minutes=23))),
        incident(acknowledged=ago(minutes=18), summary="The web server answers with an error"),
        moment("Mastodon is unreachable: HTTP 503.", ago(minutes=23), kind="opened"),
        moment("Somebody is looking into it.", ago(minutes=18), kind="acknowledged"),
        moment("The database is being moved to a larger disk. Posts written meanwhile are safe.", ago(minutes=4)),
    ]
    return Situation(rows=rows, board=seen(look("mastodon", State.DOWN, since=ago(minutes=23))))


def maintenance() -> Situation:
    """Maintenance is under way, and some more is planned."""
    windows = (
        Window(
            id="w1",
            service="wiki",
            begins=ago(minutes=12),
            ends=ago(minutes=-48),
            why="A new version of MediaWiki",
            who=ANA,
            phase="under_way",
        ),
        Window(
            id="w2",
            service="loomio",
            begins=ago(days=-2),
            ends=ago(days=-2, hours=-1),
            why="Moving house",
            who=ANA,
            phase="planned",
        ),
    )
    return Situation(rows=[*past(), *windows], board=seen())


def blind() -> Situation:
    """The bot's own network is broken."""
    unseen = [look(service.name, State.UNKNOWN, evidence="no answer") for service in SERVICES]
    return Situation(rows=past(), board=seen(*unseen, blind=ago(minutes=6)), last_sync=ago(minutes=6))


def nothing() -> Situation:
    """The bot has just been set up."""
    return Situation(last_sync=None)


def empty() -> Situation:
    """The configuration lists no service."""
    return Situation(place=replace(PLACE, services=()))


def hostile() -> Situation:
    """Whoever reports means harm, and says it at length."""
    endless, script = "x" * 10_000, "<script>alert(1)</script><img src=x onerror=alert(2)> & \" '"
    turned = "\u202eevil\u202c \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 a\u0300\u0301\u0302"
    services = (
        replace(SERVICES[0], title=f"{script}", members_notice=endless),
        replace(SERVICES[2], title=turned, members_notice=script),
    )
    rows: list[Row] = [
        incident(summary=script + endless),
        incident("2026-05-04-2", service="wiki", summary=f"{turned}\x00\x1b[31m"),
        moment(endless, ago(minutes=20)),
        moment(f"javascript:alert(3) https://bank.example@evil.example/ https://{'y' * 3000}.example", ago(minutes=19)),
        moment("{{ 7 * 7 }} {% raw %} ]]> </svg>", ago(minutes=18)),
    ]
    evil = look("mastodon", State.DOWN, evidence=script + endless)
    board = Board(looks={"mastodon": evil, "wiki": look("wiki", State.DOWN, evidence=turned)})
    return Situation(rows=rows, board=board, place=replace(PLACE, services=services, community=script))


STATES: dict[str, Callable[[], Situation]] = {
    one.__name__: one for one in (well, outage, maintenance, blind, nothing, empty, hostile)
}


def written(row: Row) -> tuple[object, dict[str, object]]:
    """A record as a row of its table."""
    table = {
        Incident: tables.incidents,
        Moment: tables.timeline,
        Window: tables.windows,
        Span: tables.spans,
        Silence: tables.silences,
        Condition: tables.conditions,
    }[type(row)]
    values = {column.name: getattr(row, column.name) for column in table.c if hasattr(row, column.name)}
    values = {name: one.timestamp() if isinstance(one, datetime) else one for name, one in values.items()}
    values = {name: str(one) if isinstance(one, (State, Severity, Phase)) else one for name, one in values.items()}
    if isinstance(row, Incident):
        values["live"] = None if row.phase == Phase.RESOLVED else row.service
    if isinstance(row, Moment | Span):
        values.pop("id", None)
    return table, values


async def write(storage: Storage, rows: Sequence[Row]) -> None:
    """Have the database hold these."""
    async with storage.begin() as tx:
        for row in rows:
            table, values = written(row)
            await tx.execute(insert(table).values(**values))  # type: ignore[arg-type]


def template(folder: Path) -> Path:
    """A database with the handler's tables, and nothing in them."""
    folder.mkdir(parents=True, exist_ok=True)
    assert HANDLER.migrations is not None
    migrate(database_url(None, folder), [HANDLER.migrations])
    return folder / "steward.db"


def copied(database: Path, folder: Path) -> None:
    """A database of its own in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(database, folder / "steward.db")


@contextlib.asynccontextmanager
async def served(situation: Situation, database: Path, folder: Path, port: int = 0) -> AsyncIterator[Web]:
    """A web server with this state's pages, on a copy of the database."""
    await asyncio.to_thread(copied, database, folder)
    storage = Storage(database_url(None, folder))
    await write(storage, situation.rows)
    watch = Watch(settings=situation.settings, place=situation.place, board=situation.board)
    running = Running(last_sync=lambda: situation.last_sync)
    settings = config.Web.model_validate({"listen": f"127.0.0.1:{port}"}, strict=False)
    pages = StatusPages(watch, lambda _now: situation.me_too).pages()
    web = Web(settings=settings, storage=storage, clock=FakeClock(at=situation.now), running=running, pages=pages)
    await web.start()
    try:
        yield web
    finally:
        await web.stop()
        await storage.close()
