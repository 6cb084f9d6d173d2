"""The embedded homeserver: what it says when it can't start, and what a restart keeps."""

import signal
import socket
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.demo.homeserver import Homeserver, running
from bot.demo.synapse import HomeserverError
from bot.demo.synapse_config import Profile

pytestmark = pytest.mark.homeserver


async def login(homeserver: Homeserver, name: str) -> tuple[int, dict[str, Any]]:
    """The answer's status and body."""
    body = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": name}, "password": "secret"}
    async with aiohttp.ClientSession() as http, http.post(f"{homeserver.url}/_matrix/client/v3/login", json=body) as it:
        return it.status, await it.json()


async def test_a_missing_synapse_is_said_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARD_SYNAPSE", str(tmp_path / "nowhere/python"))
    with pytest.raises(HomeserverError, match=r"isn't installed.*nowhere/python.*make demo"):
        await Homeserver(tmp_path / "homeserver").start()


async def test_a_taken_port_is_said_plainly(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(HomeserverError, match=f"Port {port} is taken"):
            await Homeserver(tmp_path, port=port).start()


async def test_a_homeserver_that_dies_at_its_start_leaves_its_last_words(tmp_path: Path) -> None:
    (tmp_path / "homeserver.db").write_text("no database\n" * 100)
    with pytest.raises(HomeserverError, match="file is not a database"):
        await Homeserver(tmp_path).start()


async def test_users_and_port_survive_a_stop_and_a_kill(tmp_path: Path) -> None:
    async with running(tmp_path) as homeserver:
        url = homeserver.url
        assert await homeserver.register("alice", "secret") == "@alice:steward.localhost"
        await homeserver.stop()
        await homeserver.start()
        await homeserver.register("bob", "secret")
        await homeserver.kill()
        await homeserver.start()
        assert [(await login(homeserver, name))[0] for name in ("alice", "bob", "nobody")] == [200, 200, 403]
        assert homeserver.url == url


async def test_a_name_is_given_once(tmp_path: Path) -> None:
    async with running(tmp_path) as homeserver:
        await homeserver.register("alice", "secret", display_name="Alice")
        with pytest.raises(HomeserverError, match="did not register alice: User ID already taken"):
            await homeserver.register("alice", "secret")
        assert await homeserver.register("alice", "secret", exist_ok=True) == homeserver.user_id("alice")


async def test_it_ends_by_itself_when_its_parent_is_gone(tmp_path: Path) -> None:
    async with running(tmp_path) as homeserver:
        assert homeserver.process is not None
        assert homeserver.process.stdin is not None
        homeserver.process.stdin.close()  # as the system does when a process ends, however it ends
        assert homeserver.process.wait(timeout=10) in (0, -signal.SIGTERM)


@pytest.mark.parametrize(("profile", "answers"), [("unlimited", {200}), ("defaults", {200, 429})])
async def test_the_profile_decides_whether_messages_are_limited(
    tmp_path: Path, profile: Profile, answers: set[int]
) -> None:
    async with running(tmp_path, profile) as homeserver, aiohttp.ClientSession() as http:
        await homeserver.register("alice", "secret")
        _, session = await login(homeserver, "alice")
        headers = {"Authorization": f"Bearer {session['access_token']}"}
        async with http.post(f"{homeserver.url}/_matrix/client/v3/createRoom", json={}, headers=headers) as response:
            room = (await response.json())["room_id"]
        statuses: set[int] = set()
        for number in range(12):
            url = f"{homeserver.url}/_matrix/client/v3/rooms/{room}/send/m.room.message/{number}"
            async with http.put(url, json={"msgtype": "m.text", "body": "hello"}, headers=headers) as response:
                statuses.add(response.status)
        assert statuses == answers
