"""A bot at its most talkative says neither what people wrote nor anything secret."""

import json

import pytest

from tests.foreign.driver import foreign_client

pytestmark = [pytest.mark.homeserver, pytest.mark.foreign]

#: What must not be found in the log, wherever it was written.
CANARY = "canary-of-ana-1c9f"


async def test_no_word_and_no_secret_is_in_the_log(homeserver, bot, person):
    ana = await person("ana")
    room = await ana.create_room()
    control = await ana.create_room(preset="private_chat")
    steward = await bot(
        rooms=[{"room": room, "name": "open-chatroom"}],
        control_room={"room": control},
        logging={"level": "debug", "format": "json"},
    )
    await ana.call("POST", f"/rooms/{control}/invite", {"user_id": steward.user})
    await steward.start()
    for text in (f"Steward, {CANARY}?", f"!faq {CANARY}", f"!audit {CANARY}", f"!help {CANARY}"):
        await ana.say(room, text)
        await ana.next_event(room, steward.user)
    await ana.say(room, f"* {CANARY}", **{"m.new_content": {"body": CANARY}, "m.relates_to": {"rel_type": "m.replace"}})
    async with foreign_client(homeserver.url, user=ana.user, password="password") as client:
        chat = await client.open_chat(steward.user, encrypted=True)
        await client.say(chat, f"where does {CANARY} go?")
        assert (await client.next_from(chat, steward.user))["encrypted"]
    await steward.stop()

    data = steward.config.parent / "data"
    secrets = [
        CANARY,
        steward.password,
        json.loads((data / "session.json").read_text())["token"],
        (data / "store.key").read_text().strip(),
        (data / "recovery-key.txt").read_text().strip(),
    ]
    log = "\n".join(json.dumps(line) for line in steward.logged)
    assert "ready" in log
    assert [secret for secret in secrets if secret in log] == []
