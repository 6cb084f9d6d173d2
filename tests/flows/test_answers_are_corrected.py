"""A moderator changes an entry: whoever had the old answer today finds it corrected where it stands."""

import pytest

pytestmark = pytest.mark.homeserver

ENTRY = """---
questions:
  - Who looks after the red chickens?
  - red chickens, who feeds them
source: https://example.org/wiki
---
Ana looks after the chickens.
"""


async def test_an_answer_is_corrected_by_an_edit_and_withdrawn_when_the_entry_goes(bot, person, tmp_path):
    folder = tmp_path / "bank"
    folder.mkdir()
    (folder / "chickens.md").write_text(ENTRY)
    ana, mo = await person("ana"), await person("mo")
    room, control = await ana.create_room(), await mo.create_room(preset="private_chat")
    steward = await bot(
        rooms=[{"room": room, "name": "yard"}], control_room={"room": control}, faq={"folder": str(folder)}
    )
    await mo.call("POST", f"/rooms/{control}/invite", {"user_id": steward.user})
    await steward.start()
    await ana.say(room, "Steward, who looks after the red chickens?")
    answer = await ana.next_event(room, steward.user)

    async def keeps(command: str) -> None:
        await mo.say(control, command)
        while "✅ keeps it" not in (shown := await mo.next_event(control, steward.user))["content"]["body"]:
            pass
        await mo.react(control, shown["event_id"], "✅")

    async def edited() -> str:
        content = (await ana.next_event(room, steward.user))["content"]
        assert content["m.relates_to"] == {"rel_type": "m.replace", "event_id": answer["event_id"]}
        return str(content["m.new_content"]["body"])

    await keeps("!faq edit chickens Ben looks after the chickens.")
    corrected = await edited()
    assert corrected.startswith("Ben looks after the chickens.")
    assert "(This answer was corrected at " in corrected

    await keeps("!faq remove chickens")
    assert (await edited()).startswith("This answer was withdrawn")
