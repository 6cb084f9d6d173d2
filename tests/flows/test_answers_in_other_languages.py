"""Who asks in another language gets the answer, and the bot's own sentences, in that language."""

import pytest

pytestmark = pytest.mark.homeserver

ENTRY = """---
questions:
  - Where is the bike shed?
  - where can I leave my bike
  - de: Wo ist der Fahrradschuppen?
  - de: wo kann ich mein Rad abstellen
source: https://example.org/wiki/Bikes
as_of: 2024-05
---
Behind the hall.

--- de
Hinter der Halle.
"""


async def test_a_german_question_gets_a_german_answer_and_so_does_an_edit(bot, person, tmp_path):
    folder = tmp_path / "bank"
    folder.mkdir()
    (folder / "bike-shed.md").write_text(ENTRY)
    ana = await person("ana")
    room = await ana.create_room()
    steward = await bot(rooms=[{"room": room, "name": "yard", "misses": "off"}], faq={"folder": str(folder)})
    await steward.start()

    await ana.say(room, "Steward, wo ist der Fahrradschuppen?")
    answer = (await ana.next_event(room, steward.user))["content"]["body"]
    assert answer.startswith("Hinter der Halle.\n\nQuelle: Bikes")
    assert answer.endswith("Stand 2024-05; noch nicht geprüft.")

    await ana.say(room, "Steward, where is the bike shed?")
    assert (await ana.next_event(room, steward.user))["content"]["body"].startswith("Behind the hall.\n\nSource:")

    await ana.say(room, "Steward, wie ist denn das Wetter und wann wird es wärmer?")
    unknown = (await ana.next_event(room, steward.user))["content"]["body"]
    assert unknown == "Darauf weiß ich keine Antwort. Ask in the Open Chatroom."

    await ana.say(room, "Steward, ich will nicht mehr leben")
    assert (await ana.next_event(room, steward.user))["content"]["body"].startswith("Das tut mir leid")
