"""While the homeserver itself is what is down, the operators' other channels hear of it all the same."""

import asyncio
import json
from typing import Any

import pytest

from bot.demo.homeserver import running
from tests.support.bot_process import PASSWORD, BotProcess, write_config
from tests.support.channel import SECRET, target
from tests.support.person import Person

pytestmark = pytest.mark.homeserver

HOOK = "a-secret-of-the-hook"


def config_of(folder: Any, url: str, user: str, room: str) -> Any:
    hooks = [{"name": "monitor", "format": "generic", "path": "${STEWARD_HOOK}"}]
    return write_config(
        folder,
        url,
        user,
        rooms=[{"room": room, "name": "tech-chat", "notices": True}],
        services=[{"name": "mastodon", "title": "Mastodon", "url": "https://social.example"}],
        web={"listen": "127.0.0.1:0", "hooks": hooks},
        status={"also": [{"name": "mail", "url": "${STEWARD_MAIL}"}]},
    )


async def test_a_webhooks_outage_is_forwarded_at_once_and_said_in_the_room_afterwards(http, tmp_path):
    async with running(tmp_path / "synapse") as homeserver, target() as mail:
        user = await homeserver.register("steward", PASSWORD)
        ana = await Person.log_in(homeserver.url, http, await homeserver.register("ana", "password"), "password")
        room = await ana.create_room()
        steward = BotProcess(user, config_of(tmp_path / "steward", homeserver.url, user, room))
        steward.env = {"STEWARD_HOOK": HOOK, "STEWARD_MAIL": mail.address}
        await steward.start()
        await homeserver.stop()
        await steward.until("sync_put_off")

        mail.status = 503
        port = (await steward.until("web_listening"))["port"]
        body = {"service": "mastodon", "state": "down", "summary": "HTTP 503", "severity": "critical"}
        async with http.post(f"http://127.0.0.1:{port}/hooks/monitor/{HOOK}", json=body) as answer:
            assert answer.status == 202
        await steward.until("channel_failed")
        mail.status = 200
        async with asyncio.timeout(60):
            while not mail.got:  # noqa: ASYNC110 - it is another process's doing
                await asyncio.sleep(0.05)
        ((title, text),) = mail.got
        assert title == "Mastodon: unreachable"
        assert "Mastodon" in text
        assert homeserver.process is None, "it was still away"

        await homeserver.start()
        said = await ana.next_event(room, user, seconds=60)
        assert "Mastodon" in said["content"]["body"]
        assert await steward.stop() == 0
        assert len(mail.got) == 1
    assert SECRET not in json.dumps(steward.logged)


@pytest.mark.parametrize("address", ["nonsense://somewhere", "hello"])
async def test_a_channel_whose_address_is_none_is_told_at_the_start(bot, person, monkeypatch, address):
    monkeypatch.setenv("STEWARD_MAIL", f"{address}/{SECRET}")
    ana = await person("ana")
    room = await ana.create_room()
    also = [{"name": "mail", "url": "${STEWARD_MAIL}"}]
    steward = await bot(rooms=[{"room": room, "name": "tech-chat"}], status={"also": also})
    for one in (steward, steward.checking()):
        await one.start(ready=False)
        assert await one.ended() == 3
        assert "the channel mail" in json.dumps(one.logged)
        assert SECRET not in json.dumps(one.logged)
