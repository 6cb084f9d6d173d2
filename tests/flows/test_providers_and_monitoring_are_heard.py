"""A provider's feed is posted and kept up with its edits; operators hear of tests, and of what nobody can read."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from aiohttp import web

from tests.unit.status.feeds.feed_samples import FAULT, WORK, hetzner

pytestmark = pytest.mark.homeserver

SECRET = "a-secret-of-this-flow"
#: Feeds are read every few seconds here, but machines are busy.
LONG = 90


def fault(text: str) -> tuple[str, str, str, str]:
    """An entry of now that says this."""
    return (*FAULT[:2], datetime.now(UTC).isoformat(timespec="seconds"), text)


@dataclass
class Provider:
    """A provider's server. It tells apart who has its newest state already."""

    body: bytes
    version: int = 1
    url: str = ""
    unchanged: asyncio.Event = field(default_factory=asyncio.Event)

    def says(self, body: bytes) -> None:
        self.body, self.version = body, self.version + 1

    async def answer(self, request: web.Request) -> web.Response:
        tag = f'"{self.version}"'
        if request.headers.get("If-None-Match") == tag:
            self.unchanged.set()
            return web.Response(status=304)
        return web.Response(body=self.body, headers={"ETag": tag}, content_type="application/atom+xml")


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    provider = Provider(body=hetzner(WORK))
    app = web.Application()
    app.router.add_get("/en.atom", provider.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    provider.url = f"http://127.0.0.1:{runner.addresses[0][1]}/en.atom"
    yield provider
    await runner.cleanup()


@pytest.fixture
async def scene(bot, person, provider, monkeypatch):
    """A room that reads a provider's feed, the operators' own, and the bot with a hook."""
    monkeypatch.setenv("STEWARD_HOOK", SECRET)
    ana = await person("ana")
    room, operators = await ana.create_room(), await ana.create_room()
    feed = {"name": "hetzner", "title": "Hetzner", "url": provider.url, "every": "5s", "rooms": ["tech-chat"]}
    steward = await bot(
        rooms=[{"room": room, "name": "tech-chat"}],
        operators={"room": operators},
        outside={"allow_private": ["127.0.0.1"]},
        web={
            "listen": "127.0.0.1:0",
            "hooks": [{"name": "kuma", "format": "uptime-kuma", "path": "${STEWARD_HOOK}"}],
        },
        status={"feeds": [feed]},
    )
    await steward.start()
    return ana, room, operators, steward


async def test_a_providers_notice_is_posted_once_and_edited_with_it(scene, provider):
    ana, room, _, steward = scene

    async def heard():
        return (await ana.next_event(room, steward.user, seconds=LONG))["content"]

    await provider.unchanged.wait()  # the first read, a silent one, is kept
    provider.says(hetzner(fault("<p>There is a fault.</p>"), WORK))
    notice = await heard()
    assert notice["body"].startswith("Notice from the provider Hetzner: Fault report: network FSN1-DC14")
    assert notice["msgtype"] == "m.notice"
    assert "https://status.provider.example/incident/a1" in notice["body"]

    provider.says(hetzner(fault("<p>It is repaired.</p>"), WORK))
    edit = await heard()
    assert "It is repaired." in edit["m.new_content"]["body"]


async def test_operators_hear_of_tests_and_of_what_can_not_be_read(scene, http):
    ana, _, operators, steward = scene
    port = (await steward.until("web_listening"))["port"]

    async def told(body: str) -> str:
        async with http.post(f"http://127.0.0.1:{port}/hooks/kuma/{SECRET}", data=body) as answer:
            assert answer.status == 202
        return str((await ana.next_event(operators, steward.user))["content"]["body"])

    assert await told('{"heartbeat": null, "monitor": null, "msg": "Matrix Testing"}') == (
        "Hook kuma works: a test notification has arrived."
    )
    unreadable = await told('{"password": hunter2}')
    assert unreadable.startswith("Hook kuma (uptime-kuma) was sent 21 bytes that can't be read: it isn't JSON")
    assert "hunter2" not in unreadable
