"""Whether the bot is at work: the decision, the addresses that tell it, and what systemd is told."""

import asyncio
import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.readiness import Measured, readiness
from bot.running import Running
from bot.storage import outbox, state
from bot.storage.outbox import Row
from bot.vitals import WRITTEN, Vitals
from bot.watchdog import Watchdog, interval, notify
from bot.web.health import FRESH
from tests.support.fakes import START
from tests.support.house import on_any_database

NOW = START


def ago(**time: float) -> Any:
    return NOW - timedelta(**time)


@pytest.mark.parametrize(
    ("measured", "wrong"),
    [
        ({}, set()),
        ({"last_sync": None}, {"sync"}),
        ({"last_sync": ago(seconds=90)}, set()),
        ({"last_sync": ago(seconds=91)}, {"sync"}),
        ({"last_sync": ago(days=-1)}, set()),
        ({"oldest_waiting": None}, set()),
        ({"oldest_waiting": ago(minutes=10)}, set()),
        ({"oldest_waiting": ago(minutes=10, seconds=1)}, {"outbox"}),
        ({"oldest_waiting": ago(days=-1)}, set()),
        ({"writable": False}, {"database"}),
        ({"last_sync": None, "oldest_waiting": ago(days=1), "writable": False}, {"sync", "outbox", "database"}),
    ],
)
def test_ready_is_who_syncs_sends_and_can_write(measured, wrong):
    usual = {"last_sync": ago(seconds=30), "oldest_waiting": ago(seconds=5), "writable": True}
    found = readiness(Measured(**usual | measured), NOW)
    assert {check.name for check in found.checks if not check.ok} == wrong
    assert found.ok == (not wrong)
    assert bool(found.reasons) == bool(wrong)
    assert "-" not in " ".join(check.says for check in found.checks), "no age is below nothing"


# Over the line


async def ready(site: Any) -> tuple[int, dict[str, tuple[bool, str]]]:
    async with site.http.get(site.url + "/readyz") as answer:
        found = await answer.json()
        assert found["ready"] == (answer.status == 200)
        return answer.status, {check["name"]: (check["ok"], check["says"]) for check in found["checks"]}


@on_any_database
async def test_a_process_that_lives_says_so_whatever_else_is_wrong(serve):
    site = await serve()
    async with site.http.get(site.url + "/healthz") as answer:
        assert (answer.status, await answer.text()) == (200, "ok\n")


async def test_it_is_ready_when_it_syncs_sends_and_can_write(serve, storage, clock):
    site = await serve()
    assert await ready(site) == (
        503,
        {
            "sync": (False, "The homeserver hasn't been reached yet."),
            "outbox": (True, "Nothing waits to be sent."),
            "database": (True, "The database takes writes."),
        },
    )

    site.running.last_sync = lambda: START
    clock.forward(30)
    status, checks = await ready(site)
    assert (status, checks["sync"]) == (200, (True, "The last good sync was 30 s ago."))
    assert await state.get(storage, WRITTEN) == clock.now().isoformat()

    async with storage.begin() as tx:
        await outbox.add(tx, [Row(room="!r:example.org", kind="send", created=START.timestamp())])
    site.running.last_sync = clock.now
    clock.forward(571)
    status, checks = await ready(site)
    assert (status, checks["outbox"]) == (503, (False, "The oldest message to be sent has waited for 601 s."))


@on_any_database
async def test_a_clock_that_was_set_back_does_no_harm(serve, clock):
    site = await serve()
    site.running.last_sync = lambda: START
    clock.step(-3600)
    status, checks = await ready(site)
    assert (status, checks["sync"]) == (200, (True, "The last good sync was 0 s ago."))


@on_any_database
async def test_a_database_that_cant_be_written_is_not_ready_and_says_no_more_than_that(serve, storage, database):
    site = await serve()
    site.running.last_sync = lambda: START
    with closing(sqlite3.connect(database.database, isolation_level=None)) as other:
        other.execute("ALTER TABLE sync_state RENAME TO elsewhere")
    status, checks = await ready(site)
    assert (status, checks["database"]) == (503, (False, "The database takes no write."))
    await storage.close()


@on_any_database
async def test_a_database_that_hangs_is_not_waited_for_and_looked_at_once_at_a_time(storage, database):
    vitals = Vitals(storage=storage, patience=0.1)
    with closing(sqlite3.connect(database.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        before = len(asyncio.all_tasks())
        async with asyncio.timeout(5):
            assert [(await vitals.measure(None, NOW)).writable for _ in range(3)] == [False] * 3
        assert len(asyncio.all_tasks()) == before + 1
        other.execute("ROLLBACK")
    async with asyncio.timeout(5):
        while not (await vitals.measure(None, NOW)).writable:
            pass


@on_any_database
async def test_however_often_it_is_asked_the_database_is_written_once_a_second(serve, clock, monkeypatch):
    written: list[str] = []
    putting = state.put

    async def put(tx: Any, name: str, value: str) -> None:
        written.append(name)
        await putting(tx, name, value)

    monkeypatch.setattr(state, "put", put)
    site = await serve()
    await asyncio.gather(*(ready(site) for _ in range(10)))
    assert len(written) == 1
    clock.forward(FRESH)
    await ready(site)
    assert len(written) == 2


# systemd


@dataclass
class Systemd:
    """The other end of the notification socket."""

    line: socket.socket
    env: dict[str, str]

    def told(self) -> list[str]:
        """All messages since the last look."""
        messages = []
        while True:
            try:
                messages.append(self.line.recv(4096).decode())
            except BlockingIOError:
                return messages

    async def next(self) -> str:
        async with asyncio.timeout(5):
            return (await asyncio.get_running_loop().sock_recv(self.line, 4096)).decode()


@pytest.fixture(params=["path", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path, unique: str) -> Iterator[Systemd]:
    name = str(tmp_path / "notify") if request.param == "path" else f"@steward-test-{unique}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(name.replace("@", "\0", 1) if name.startswith("@") else name)
        line.settimeout(0)
        yield Systemd(line, {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "100000"})


@pytest.mark.parametrize(
    ("env", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "60000000"}, 30.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7"}, 30.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_systemd_is_told_twice_as_often_as_it_asks(env, seconds):
    assert interval(env, pid=7) == seconds


def test_who_is_not_asked_tells_nothing_and_a_socket_that_is_gone_does_no_harm(tmp_path):
    assert not notify("READY=1", env={})
    with capture_logs() as logs:
        assert not notify("READY=1", env={"NOTIFY_SOCKET": str(tmp_path / "gone")})
    assert [line["event"] for line in logs] == ["systemd_not_told"]


@on_any_database
async def test_systemd_hears_that_the_bot_has_started_and_then_that_it_lives(systemd, storage, clock):
    watching = asyncio.create_task(
        Watchdog(
            vitals=Vitals(storage=storage), clock=clock, running=Running(last_sync=clock.now), env=systemd.env
        ).run()
    )
    assert await systemd.next() == "READY=1"
    for _ in range(3):
        assert await systemd.next() == "STATUS=At work.\nWATCHDOG=1"
    watching.cancel()
    assert os.environ.get("NOTIFY_SOCKET") is None


def watchdog(systemd: Systemd, storage: Any, clock: Any, **running: Any) -> Watchdog:
    return Watchdog(
        vitals=Vitals(storage=storage, patience=0.2), clock=clock, running=Running(**running), env=systemd.env
    )


@on_any_database
async def test_a_homeserver_that_is_away_is_no_reason_to_be_restarted(systemd, storage, clock):
    await watchdog(systemd, storage, clock, last_sync=lambda: None).turn()
    await watchdog(systemd, storage, clock, last_sync=lambda: ago(hours=24)).turn()
    assert systemd.told() == [
        "STATUS=The homeserver hasn't been reached yet.\nWATCHDOG=1",
        "STATUS=The last good sync was 86400 s ago.\nWATCHDOG=1",
    ]


@on_any_database
async def test_a_sync_loop_that_is_stuck_is(systemd, storage, clock):
    await watchdog(systemd, storage, clock, stuck=lambda: True).turn()
    (told,) = systemd.told()
    assert "WATCHDOG" not in told


@on_any_database
async def test_a_database_that_takes_no_write_is(systemd, storage, clock, database):
    with closing(sqlite3.connect(database.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        dog = watchdog(systemd, storage, clock, last_sync=clock.now)
        await dog.turn()
        other.execute("ROLLBACK")
    assert systemd.told() == ["STATUS=The database takes no write."]
    async with asyncio.timeout(5):
        while "WATCHDOG=1" not in "".join(systemd.told()):
            await dog.turn()


@on_any_database
async def test_where_nobody_asked_the_watchdog_is_done_at_once(storage, clock):
    async with asyncio.timeout(1):
        await Watchdog(vitals=Vitals(storage=storage), clock=clock, running=Running(), env={}).run()
