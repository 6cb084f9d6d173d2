"""An outage, from the monitoring system's call to the room: one living notice, its thread, a fresh word at the end."""

import asyncio
import random
from typing import Any

import pytest

pytestmark = pytest.mark.homeserver

SECRET = "a-secret-of-this-flow"


@pytest.fixture
async def steward(bot, person, monkeypatch):
    """A bot with a hook, and Ana in the room that wants news; not yet started."""
    monkeypatch.setenv("STEWARD_HOOK", SECRET)
    ana = await person("ana")
    ana.room = await ana.create_room()
    steward = await bot(
        rooms=[{"room": ana.room, "name": "tech-chat", "notices": True}],
        services=[{"name": "mastodon", "title": "Mastodon", "url": "https://social.example"}],
        web={"listen": "127.0.0.1:0", "hooks": [{"name": "monitor", "format": "generic", "path": "${STEWARD_HOOK}"}]},
        status={"gather": "0s"},
    )
    await ana.listen()
    steward.ana = ana
    return steward


async def tells(http: Any, steward: Any, state: str, summary: str, at: str = "") -> None:
    """The monitoring system calls."""
    port = (await steward.until("web_listening"))["port"]
    body = {"service": "mastodon", "state": state, "summary": summary, "severity": "critical"}
    async with http.post(
        f"http://127.0.0.1:{port}/hooks/monitor/{SECRET}", json=body | ({"at": at} if at else {})
    ) as answer:
        assert answer.status == 202


async def said(steward: Any) -> dict[str, Any]:
    """The next message of the bot's."""
    event = await steward.ana.next_event(steward.ana.room, steward.user, seconds=60)
    return dict(event)


def relation(event: dict[str, Any]) -> tuple[str, str]:
    found = event["content"].get("m.relates_to", {})
    return found.get("rel_type", ""), found.get("event_id", "")


async def test_an_outage_is_one_notice_edited_with_its_details_below_and_a_fresh_word_at_the_end(steward, http):
    await steward.start()
    await tells(http, steward, "down", "HTTP 503")
    notice = await said(steward)
    assert notice["content"]["msgtype"] == "m.text"
    assert notice["content"]["body"].startswith("Mastodon is unreachable since ")
    assert "HTTP 503" in notice["content"]["body"]

    # The same once more is nothing new; another state is an edit, and a line in the thread.
    await tells(http, steward, "down", "HTTP 503")
    await tells(http, steward, "degraded", "Slow")
    later = [await said(steward), await said(steward)]
    by_kind = {relation(event)[0]: event for event in later}
    assert {relation(event)[1] for event in later} == {notice["event_id"]}
    assert "slow or partly failing" in by_kind["m.replace"]["content"]["m.new_content"]["body"]
    assert by_kind["m.thread"]["content"]["msgtype"] == "m.notice"
    assert "Slow" in by_kind["m.thread"]["content"]["body"]

    await tells(http, steward, "up", "OK")
    back = await said(steward)
    assert back["content"]["msgtype"] == "m.text"
    assert relation(back) == ("", "")
    assert back["content"]["body"].startswith("Mastodon is back. It was slow or partly failing for ")
    closed = await said(steward)
    assert relation(closed) == ("m.replace", notice["event_id"])
    assert closed["content"]["m.new_content"]["body"].startswith("Mastodon is back.")
    assert await steward.stop() == 0


async def test_a_bot_that_is_killed_between_the_call_and_the_notice_tells_exactly_once(steward, http):
    chance = random.Random(steward.user)  # noqa: S311 - when to kill is no secret
    for turn in range(4):
        await steward.start()
        await tells(http, steward, "down" if turn % 2 == 0 else "up", f"turn {turn}")
        await asyncio.sleep(chance.uniform(0, 0.4))
        await steward.kill()
        await steward.start()
        text = (await fresh_word(steward))["content"]["body"]
        assert ("is back" if turn % 2 else "unreachable") in text
        assert await steward.stop() == 0
    events = await steward.ana.history(steward.ana.room)
    fresh = [one for one in events if one["sender"] == steward.user and one["type"] == "m.room.message"]
    fresh = [one["content"]["body"] for one in fresh if relation(one) == ("", "")]
    assert [("is back" in text, "again" in text) for text in fresh[1:]] == [(True, False), (False, True), (True, False)]
    assert len(fresh) == 4


async def fresh_word(steward: Any) -> dict[str, Any]:
    """The next fresh message; edits come before or after it."""
    while relation(event := await said(steward)) != ("", ""):
        pass
    return event
