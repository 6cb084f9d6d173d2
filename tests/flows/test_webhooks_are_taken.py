"""What other systems send is kept from the moment at which it is acknowledged; and the bot tells how it is."""

import asyncio
import json
import socket
import sqlite3
from contextlib import closing
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.homeserver

SECRET = "a-secret-of-this-flow"


@pytest.fixture
async def steward(bot, person, monkeypatch):
    """A bot with a hook, not yet started."""
    monkeypatch.setenv("STEWARD_HOOK", SECRET)
    ana = await person("ana")
    room = await ana.create_room()
    hooks = [{"name": "kuma", "format": "uptime-kuma", "path": "${STEWARD_HOOK}"}]
    return await bot(rooms=[{"room": room, "name": "open-chatroom"}], web={"listen": "127.0.0.1:0", "hooks": hooks})


async def address(steward: Any) -> str:
    return f"http://127.0.0.1:{(await steward.until('web_listening'))['port']}"


async def call(http: Any, steward: Any, body: str, secret: str = SECRET) -> int:
    async with http.post(f"{await address(steward)}/hooks/kuma/{secret}", data=body) as answer:
        return int(answer.status)


async def ready(http: Any, steward: Any) -> tuple[int, list[str]]:
    async with http.get(f"{await address(steward)}/readyz") as answer:
        checks = (await answer.json())["checks"]
        return answer.status, [check["name"] for check in checks if not check["ok"]]


def journalled(steward: Any) -> list[tuple[str, str | None]]:
    """What became of the calls, and their bodies, read from outside of the bot."""
    with closing(sqlite3.connect(steward.config.parent / "data" / "steward.db")) as database:
        return database.execute("SELECT state, body FROM journal WHERE source = 'hook' ORDER BY id").fetchall()


async def handled(steward: Any, count: int) -> None:
    async with asyncio.timeout(30):
        while [state for state, _ in journalled(steward)] != ["done"] * count:  # noqa: ASYNC110 - another process's
            await asyncio.sleep(0.05)


async def test_what_was_acknowledged_is_there_after_a_power_cut_and_handled_once(steward, http):
    await steward.start()
    assert await ready(http, steward) == (200, [])

    assert await call(http, steward, "wrong", secret="another") == 401
    assert await call(http, steward, '{"msg": "down"}') == 202
    await steward.kill()
    assert len(journalled(steward)) == 1

    await steward.start()
    await handled(steward, 1)
    assert await call(http, steward, '{"msg": "up"}') == 202
    await handled(steward, 2)
    assert [body for _, body in journalled(steward)] == [None, None]
    assert not any(SECRET in json.dumps(line) for line in steward.logged)
    assert await steward.stop() == 0


async def test_hooks_are_taken_while_the_bot_still_waits_for_its_homeserver(steward, http):
    await steward.start()
    await steward.stop()
    config = yaml.safe_load(steward.config.read_text())
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = {**config["homeserver"], "url": f"http://127.0.0.1:{nobody.getsockname()[1]}"}
        steward.config.write_text(yaml.safe_dump({**config, "homeserver": away}))
        await steward.start(ready=False)
        await steward.until("start_put_off")
        assert await call(http, steward, '{"msg": "down"}') == 202
        assert await ready(http, steward) == (503, ["sync"])
        await steward.kill()
    assert [(state, json.loads(body or "{}")["raw"]) for state, body in journalled(steward)] == [
        ("waiting", '{"msg": "down"}')
    ]

    steward.config.write_text(yaml.safe_dump(config))
    await steward.start()
    await handled(steward, 1)


async def test_systemd_is_told_that_it_starts_lives_and_stops(steward, tmp_path, monkeypatch):
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "400000")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        line.settimeout(0)

        async def told() -> str:
            return (await asyncio.get_running_loop().sock_recv(line, 4096)).decode()

        await steward.start()
        async with asyncio.timeout(30):
            assert await told() == "READY=1"
            while await told() != "STATUS=At work.\nWATCHDOG=1":
                pass
            await steward.stop()
            while await told() != "STOPPING=1":
                pass
