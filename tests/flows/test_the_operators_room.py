"""What isn't for members goes to those who run things: into a room of their own, or into the moderators'."""

from typing import Any

import pytest

pytestmark = pytest.mark.homeserver

SECRET = "a-secret-of-this-flow"


async def reports(http: Any, steward: Any, service: str) -> None:
    """Monitoring says that something of little weight is wrong with this service."""
    port = (await steward.until("web_listening"))["port"]
    body = {"service": service, "state": "down", "summary": "backup is late", "severity": "info"}
    async with http.post(f"http://127.0.0.1:{port}/hooks/monitor/{SECRET}", json=body) as answer:
        assert answer.status == 202


async def said(person: Any, room: str, steward: Any, word: str) -> None:
    """Wait until the bot says something there with this word."""
    while word not in (await person.next_event(room, steward.user))["content"]["body"].lower():
        pass


async def test_until_the_bot_is_in_the_operators_room_the_moderators_hear_of_it(bot, person, http, unique, monkeypatch):
    monkeypatch.setenv("STEWARD_HOOK", SECRET)
    ana, olu = await person("ana"), await person("olu")
    room = await ana.create_room()
    private = {"preset": "private_chat", "initial_state": []}
    control = await ana.create_room(**private)
    operators = await olu.create_room(**private, room_alias_name=f"ops-{unique}")
    alias = f"#ops-{unique}:{olu.user.partition(':')[2]}"
    hooks = [{"name": "monitor", "format": "generic", "path": "${STEWARD_HOOK}"}]
    names = ("backups", "storage")
    steward = await bot(
        rooms=[{"room": room, "name": "tech-chat", "notices": True}],
        control_room={"room": control},
        operators={"room": alias},
        services=[{"name": name, "title": name, "url": "https://a.example"} for name in names],
        web={"listen": "127.0.0.1:0", "hooks": hooks},
        status={},
    )
    await ana.call("POST", f"/rooms/{control}/invite", {"user_id": steward.user})
    await steward.start()
    assert "may not be joined" in (await steward.until("room_not_joined"))["why"]

    await reports(http, steward, "backups")
    await said(ana, control, steward, "backups")

    await olu.call("POST", f"/rooms/{operators}/invite", {"user_id": steward.user})
    while (await olu.next_event(operators, steward.user, "m.room.member"))["content"]["membership"] != "join":
        pass
    await reports(http, steward, "storage")
    await said(olu, operators, steward, "storage")

    heard = {where: str(await ana.history(where)).lower() for where in (control, room)}
    assert "storage" not in heard[control]
    assert "backups" not in heard[room]
    assert "storage" not in heard[room]
