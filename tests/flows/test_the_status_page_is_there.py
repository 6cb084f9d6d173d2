"""The status page of the running bot: before it has logged in, while it is at work, and as files."""

import asyncio
import html
import socket
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.homeserver

SERVICES = [{"name": "wiki", "title": "the wiki", "url": "https://wiki.example"}]


@pytest.fixture
async def steward(bot, person):
    """A bot with a status page, not yet started."""
    room = await (await person("ana")).create_room()
    return await bot(
        rooms=[{"room": room, "name": "open-chatroom"}],
        web={"listen": "127.0.0.1:0"},
        services=SERVICES,
        status={"page": {"export": "public"}},
    )


async def page(http: Any, steward: Any, path: str = "/") -> tuple[int, str]:
    port = (await steward.until("web_listening"))["port"]
    async with http.get(f"http://127.0.0.1:{port}{path}") as answer:
        return answer.status, html.unescape(await answer.text())


async def test_the_page_is_served_and_written(steward, http):
    await steward.start()
    status, text = await page(http, steward)
    assert status == 200
    assert "<h1>Nothing has been measured yet</h1>" in text
    assert "The wiki" in text
    assert (await page(http, steward, "/status.json"))[0] == 200
    assert (await page(http, steward, "/incidents/none"))[0] == 404

    index = steward.config.parent / "public" / "index.html"
    async with asyncio.timeout(30):
        while not index.exists():  # noqa: ASYNC110 - another process's
            await asyncio.sleep(0.05)
    assert "<h1>Nothing has been measured yet</h1>" in index.read_text()
    assert index.stat().st_mode & 0o777 == 0o644
    assert await steward.stop() == 0


async def test_the_page_is_served_while_the_bot_still_waits_for_its_homeserver(steward, http):
    await steward.start()
    await steward.stop()
    config = yaml.safe_load(steward.config.read_text())
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = {**config["homeserver"], "url": f"http://127.0.0.1:{nobody.getsockname()[1]}"}
        steward.config.write_text(yaml.safe_dump({**config, "homeserver": away}))
        await steward.start(ready=False)
        _, text = await page(http, steward)
    assert "It isn't connected to Matrix yet." in text
    assert "The homeserver hasn't been reached yet." in text
