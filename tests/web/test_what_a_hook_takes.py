"""Hooks over real sockets: what is taken, what is refused, and that nothing is acknowledged that isn't kept."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from bot.actions import Nothing
from bot.errors import Permanent, StorageError, TryLater
from bot.events import Signal
from bot.handler import Opened
from bot.storage import journal, schema
from bot.web import server
from bot.web.bodies import DEEPEST, too_deep
from bot.web.tally import AGAIN, Tally
from tests.support.house import on_any_database

SECRET = "a-secret-of-this-hook"
HOOK = {"name": "kuma", "format": "uptime-kuma", "path": SECRET}
PATH = f"/hooks/kuma/{SECRET}"
MIB = 1024 * 1024


def nested(depth: int, left: str = "[", right: str = "]", inner: str = "1") -> str:
    return left * depth + inner + right * depth


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - a counter tells nobody that it counts
            await asyncio.sleep(0.01)


# Sizes, depths, times


@on_any_database
async def test_a_body_of_a_mebibyte_is_taken_and_a_byte_more_is_too_large(serve):
    site = await serve(HOOK)
    assert await site.post(PATH, b" " * MIB) == 202
    assert await site.post(PATH, b" " * (MIB + 1)) == 413
    assert len(await site.journalled()) == 1


@on_any_database
async def test_a_body_that_does_not_say_how_long_it_is_is_measured_as_it_comes(serve):
    site = await serve(HOOK)

    async def endless():
        while True:
            yield b" " * 65536

    assert await site.post(PATH, endless()) == 413
    assert await site.journalled() == []


@on_any_database
async def test_a_body_is_refused_by_the_length_that_it_says_before_it_has_come(serve):
    site = await serve(HOOK, seconds=60)
    reader, writer = await asyncio.open_connection("127.0.0.1", site.web.port)
    writer.write(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: {MIB + 1}\r\n\r\n".encode())
    async with asyncio.timeout(5):
        assert b" 413 " in await reader.readline()
    writer.close()


@pytest.mark.parametrize(
    ("text", "deep"),
    [
        ("", False),
        ("1", False),
        (nested(DEEPEST), False),
        (nested(DEEPEST, inner=""), False),
        (nested(DEEPEST + 1), True),
        (nested(DEEPEST + 1, inner=""), True),
        (nested(DEEPEST, '{"a":', "}"), False),
        (nested(DEEPEST + 1, '{"a":', "}"), True),
        (nested(DEEPEST // 2, '[{"a":', "}]"), False),
        (nested(DEEPEST // 2 + 1, '[{"a":', "}]"), True),
        (f"[{nested(DEEPEST - 1)}, {{}}, 1]", False),
        (f"[1, {nested(DEEPEST)}]", True),
        (json.dumps("[" * 100), False),
        ("[" * 50, False),  # unfinished, so no JSON at all
        (nested(100_000), True),
        ("9" * 10_000, False),  # more digits than Python reads
    ],
)
def test_json_is_too_deep_beyond_twenty(text, deep):
    assert too_deep(text) == deep


@on_any_database
async def test_json_that_is_too_deep_is_refused(serve):
    site = await serve(HOOK)
    assert await site.post(PATH, nested(20)) == 202
    assert await site.post(PATH, nested(21)) == 400
    assert len(await site.journalled()) == 1


@on_any_database
async def test_a_body_that_drips_is_given_up(serve):
    site = await serve(HOOK, seconds=0.3)
    reader, writer = await asyncio.open_connection("127.0.0.1", site.web.port)
    writer.write(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n".encode())

    async def drip():
        while True:
            writer.write(b" ")
            await asyncio.sleep(0.05)

    dripping = asyncio.create_task(drip())
    async with asyncio.timeout(5):
        assert b" 408 " in await reader.readline()
    dripping.cancel()
    writer.close()
    assert await site.journalled() == []


@on_any_database
async def test_a_body_that_breaks_off_is_not_taken(serve):
    site = await serve(HOOK)
    with capture_logs() as logs:
        _, writer = await asyncio.open_connection("127.0.0.1", site.web.port)
        writer.write(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{{}}".encode())
        await writer.drain()
        writer.transport.abort()
        reader, writer = await asyncio.open_connection("127.0.0.1", site.web.port)
        writer.write(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n".encode())
        async with asyncio.timeout(5):
            assert b" 400 " in await reader.readline()
        writer.close()
    assert await site.journalled() == []
    assert [line for line in logs if line["event"] == "request_failed"] == []


@on_any_database
async def test_a_compressed_body_is_refused(serve):
    site = await serve(HOOK)
    assert await site.post(PATH, b"\x1f\x8b", Content_Encoding="gzip") == 415


@on_any_database
async def test_only_so_many_are_served_at_once_but_life_is_always_shown(serve):
    site = await serve(HOOK, at_once=2)
    slow = []
    for _ in range(2):
        _, writer = await asyncio.open_connection("127.0.0.1", site.web.port)
        writer.write(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n".encode())
        slow.append(writer)
    await until(lambda: site.web.busy == 2)

    async with site.http.post(site.url + PATH, data=b"{}") as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    async with site.http.get(site.url + "/healthz") as answer:
        assert answer.status == 200

    for writer in slow:
        writer.write(b"{}")
    await until(lambda: site.web.busy == 0)
    assert await site.post(PATH) == 202
    assert len(await site.journalled()) == 3


# What is kept


@pytest.mark.parametrize(
    ("body", "raw"),
    [
        (b'{"monitor": null}', '{"monitor": null}'),
        (b"", ""),
        (b'no JSON, with "quotes" and \xc3\xa9', 'no JSON, with "quotes" and é'),
        (b"\xff\xfe\x00 \xed\xa0\x80", "��\0 ���"),
        (b"\xef\xbb\xbf{}", "{}"),
        (b'{"a": "\\ud800\\u0000"}', '{"a": "\\ud800\\u0000"}'),
    ],
)
async def test_whatever_comes_is_kept_as_it_came(serve, body, raw):
    site = await serve(HOOK)
    assert await site.post(PATH, body) == 202
    (row,) = await site.journalled()
    assert (row.source, row.kind, row.room, row.state) == ("hook", "hook", "hook:kuma", journal.WAITING)
    assert json.loads(row.body) == {"hook": "kuma", "format": "uptime-kuma", "raw": raw}


async def test_it_is_committed_before_it_is_acknowledged(serve):
    """Seen by another connection at the moment at which the answer is there, whatever happens to the process then."""
    site = await serve(HOOK)
    seen: list[int] = []
    writing = journal.write

    async def committed() -> int:
        return len(await site.web.storage.rows(select(schema.journal.c.id)))

    async def slowly(tx: Any, entries: Any) -> None:
        await writing(tx, entries)
        seen.append(await committed())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal, "write", slowly)
        assert await site.post(PATH) == 202
        seen.append(await committed())
    assert seen == [0, 1]
    assert site.woken == ["hook:kuma"]


@pytest.mark.parametrize("error", [StorageError("The database refused a write: disk full"), TimeoutError()])
@on_any_database
async def test_what_cant_be_kept_is_not_acknowledged(serve, monkeypatch, error):
    site = await serve(HOOK)

    async def fails(_tx: Any, _entries: Any) -> None:
        raise error

    monkeypatch.setattr(journal, "write", fails)
    async with site.http.post(site.url + PATH, data=b"{}") as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        assert "disk" not in await answer.text()
    assert site.woken == []
    monkeypatch.undo()
    assert await site.journalled() == []
    assert await site.post(PATH) == 202


@on_any_database
async def test_a_database_that_is_locked_by_others_is_not_waited_for_and_recovers(serve, database):
    site = await serve(HOOK, seconds=0.2, at_once=2)
    with closing(sqlite3.connect(database.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        before = len(asyncio.all_tasks())
        assert [await site.post(PATH) for _ in range(4)] == [503] * 4
        assert len(asyncio.all_tasks()) <= before + 4, "what waits for the database is not heaped up"
        other.execute("ROLLBACK")
    async with asyncio.timeout(10):
        while await site.post(PATH) != 202:
            pass
    await until(lambda: len(site.woken) >= 3)
    assert len(await site.journalled()) == len(site.woken), "what was not acknowledged in time was kept in the end"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # SQLite has one writer, and one connection for it
async def test_however_many_calls_wait_for_the_database_the_rest_of_the_bot_can_read(serve, storage):
    site = await serve(HOOK)
    async with asyncio.timeout(15):
        async with storage.engine.begin() as other:
            await other.execute(text("LOCK TABLE journal IN ACCESS EXCLUSIVE MODE"))
            calls = [asyncio.create_task(site.post(PATH)) for _ in range(site.web.limits.at_once)]
            await until(lambda: len(site.web.hooks._writing) == len(calls))  # noqa: SLF001 - nothing else tells of them
            await asyncio.gather(*(storage.rows(select(schema.outbox)) for _ in range(16)))
        assert await asyncio.gather(*calls) == [202] * len(calls)


async def test_a_call_reaches_each_handler_that_wants_it_once(serve, house, clock):
    got: list[tuple[str, Signal]] = []

    def taking(name: str) -> Opened:
        async def on_signal(signal: Signal, _ports: Any) -> Nothing:
            got.append((name, signal))
            return Nothing("noted")

        return Opened(on={Signal: on_signal})

    home = house(status=taking("status"), newcomers=taking("newcomers"), faq=Opened())
    site = await serve(HOOK)
    for number in range(3):
        assert await site.post(PATH, f"{number}".encode()) == 202
    for _ in range(2):
        await home.works("hook:kuma")

    assert [(name, signal.body["raw"]) for name, signal in got] == [
        (name, str(number)) for number in range(3) for name in ("status", "newcomers")
    ]
    signal = got[0][1]
    assert (signal.source, signal.body["hook"], signal.room, signal.sender) == ("uptime-kuma", "kuma", "hook:kuma", "")
    assert signal.at == clock.now()
    rows = await site.journalled()
    assert {(row.state, row.body) for row in rows} == {(journal.DONE, None)}


@on_any_database
async def test_a_handler_that_has_to_wait_does_not_lose_the_call(serve, house):
    tries: list[str] = []

    async def on_signal(signal: Signal, _ports: Any) -> Nothing:
        tries.append(signal.id)
        if len(tries) == 1:
            raise TryLater("not now")
        return Nothing("noted")

    home = house(status=Opened(on={Signal: on_signal}))
    site = await serve(HOOK)
    await site.post(PATH)
    with pytest.raises(TryLater):
        await home.works("hook:kuma")
    await home.works("hook:kuma")
    assert len(tries) == 2
    assert len(set(tries)) == 1


# Addresses, methods, and what is given away


@on_any_database
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", PATH, 405),
        ("PUT", PATH, 405),
        ("GET", "/hooks/nobody", 405),
        ("POST", "/healthz", 405),
        ("GET", "/", 404),
        ("GET", "/hooks", 404),
        ("POST", f"{PATH}/more", 404),
        ("POST", "/hooks/kuma/", 404),
        ("HEAD", "/healthz", 200),
    ],
)
async def test_other_addresses_and_methods_are_refused(serve, method, path, status):
    site = await serve(HOOK)
    async with site.http.request(method, site.url + path, data=b"{}" if method != "HEAD" else None) as answer:
        assert answer.status == status
        if (method, status) == ("GET", 405):
            assert "POST" in await answer.text()
            assert answer.headers["Allow"] == "POST"


@on_any_database
@pytest.mark.parametrize("request_line", ["GET /healthz HTTP/1.1", "GET /none HTTP/1.1", "no HTTP", "GET / HTTP/9"])
async def test_no_answer_tells_which_versions_are_at_work(serve, request_line):
    site = await serve(HOOK)
    reader, writer = await asyncio.open_connection("127.0.0.1", site.web.port)
    writer.write(f"{request_line}\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    async with asyncio.timeout(5):
        answer = (await reader.read()).decode()
    writer.close()
    assert "\r\nServer: Steward\r\n" in answer
    assert "aiohttp" not in answer
    assert "Python" not in answer


@on_any_database
async def test_neither_secrets_nor_bodies_are_logged(serve, caplog):
    caplog.set_level("INFO")
    site = await serve(HOOK, {"name": "signed", "hmac": {"secret": "canary-of-a-signature"}})
    with capture_logs() as logs:
        await site.post(PATH + "?canary=1", b"canary")
        await site.post("/hooks/kuma/canary-wrong", b"canary")
        await site.post("/hooks/canary-unknown", b"canary")
        await site.post("/hooks/canary/more/and/more", b"canary")
        await site.post("/hooks/signed", b"canary", X_Grafana_Alerting_Signature="canary")
        reader, writer = await asyncio.open_connection("127.0.0.1", site.web.port)
        writer.write(f"POST {PATH} HTTP/1.1\r\nno header: of canary\r\n\r\n".encode())
        async with asyncio.timeout(5):
            assert b" 400 " in await reader.readline()
        writer.close()
    told = f"{logs} {caplog.text}"
    assert "hook_taken" in told
    assert "canary" not in told
    assert SECRET not in told
    assert [line["hook"] for line in logs if line["event"] == "hook_refused"] == ["kuma", "?", "signed"]


def test_refusals_are_all_counted_and_logged_at_most_once_a_minute() -> None:
    tally = Tally()
    assert [tally.count(now) for now in (0, 1, AGAIN - 1, AGAIN, AGAIN + 1, 3 * AGAIN)] == [1, 0, 0, 3, 0, 2]
    assert tally.total == 6


@on_any_database
async def test_refusals_are_counted_by_hook(serve, clock):
    site = await serve(HOOK)
    with capture_logs() as logs:
        for _ in range(5):
            await site.post("/hooks/kuma")
            await site.post("/hooks/other")
        clock.forward(AGAIN)
        await site.post("/hooks/kuma")
    assert {name: tally.total for name, tally in site.web.hooks.refused.items()} == {"kuma": 6, "?": 5}
    assert [(line["hook"], line["times"]) for line in logs if line["event"] == "hook_refused"] == [
        ("kuma", 1),
        ("?", 1),
        ("kuma", 5),
    ]


@on_any_database
async def test_a_bug_is_fenced(serve, monkeypatch):
    site = await serve(HOOK)
    monkeypatch.setattr(site.web.hooks, "_entry", lambda *_: 1 / 0)
    with capture_logs() as logs:
        assert await site.post(PATH) == 500
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["request_failed"]


@on_any_database
async def test_a_port_that_is_taken_is_told_in_a_sentence(serve, storage, clock):
    site = await serve(HOOK)
    settings = site.web.settings.model_copy(update={"listen": f"127.0.0.1:{site.web.port}"})
    second = server.Web(settings=settings, storage=storage, clock=clock, running=site.running)
    with pytest.raises(Permanent, match=rf"^127.0.0.1:{site.web.port} can't be listened on: "):
        await second.start()


@on_any_database
async def test_what_is_being_kept_when_it_stops_is_kept_and_acknowledged(serve, monkeypatch):
    site = await serve(HOOK)
    writing, begun, go_on = journal.write, asyncio.Event(), asyncio.Event()

    async def slowly(tx: Any, entries: Any) -> None:
        begun.set()
        await go_on.wait()
        await writing(tx, entries)

    monkeypatch.setattr(journal, "write", slowly)
    async with asyncio.timeout(5):
        calling = asyncio.create_task(site.post(PATH))
        await begun.wait()
        stopping = asyncio.create_task(site.web.stop())
        await asyncio.sleep(0)
        go_on.set()
        assert await calling == 202
        await stopping
    assert len(await site.journalled()) == 1
    with pytest.raises(aiohttp.ClientError):
        await site.post(PATH)
