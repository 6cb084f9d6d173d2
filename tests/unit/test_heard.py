"""Reading a message again: as it stands now, and never more than what its sender said."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.addressing import Identity
from bot.errors import Permanent, TryLater
from bot.matrix.crypto.machine import NoKey
from bot.matrix.heard import Hearing
from bot.ports import Heard

US = Identity(user_id="@steward:example.org", names=("Steward Bot", "steward"), prefixes=("!",))
ROOM, ANA, BEN = "!room:example.org", "@ana:example.org", "@ben:example.org"


@dataclass
class Answers:
    """A homeserver that answers this, to whatever is asked; or fails so."""

    answer: Any
    asked: list[str] = field(default_factory=list)

    async def call(self, method: str, path: str) -> dict[str, Any]:
        self.asked.append(f"{method} {path}")
        if isinstance(self.answer, Exception):
            raise self.answer
        answer: dict[str, Any] = self.answer
        return answer


class Keys:
    """Opens what says that it was encrypted with its own words."""

    async def decrypt(self, room: str, event: dict[str, Any]) -> dict[str, Any]:
        assert room == ROOM
        if "opened" not in event["content"]:
            raise NoKey("its key isn't here")
        return {"type": "m.room.message", "content": event["content"]["opened"]}


def event(body: Any = "to hosting", sender: Any = ANA, **more: Any) -> dict[str, Any]:
    content = {"msgtype": "m.text", "body": body}
    whole = {"type": "m.room.message", "event_id": "$1", "sender": sender, "origin_server_ts": 86_400_000}
    return {**whole, "content": content, **more}


async def heard(answer: Any, *, joined: bool = True) -> Heard | None:
    api: Any = Answers(answer)
    machine: Any = Keys()
    return await Hearing(us=US, api=api, machine=machine, joined=lambda _room: joined)(ROOM, "$1")


def edited(new: Any, sender: str = ANA) -> dict[str, Any]:
    replacement = {"type": "m.room.message", "sender": sender, "content": {"body": "* x", "m.new_content": new}}
    return event(unsigned={"m.relations": {"m.replace": replacement}})


async def test_a_message_is_read_with_its_sender_and_its_time() -> None:
    said = await heard(event())
    assert said == Heard(id="$1", sender=ANA, text="to hosting", at=datetime(1970, 1, 2, tzinfo=UTC))


async def test_it_is_asked_for_by_its_id_in_its_room() -> None:
    api: Any = Answers(event())
    machine: Any = Keys()
    await Hearing(us=US, api=api, machine=machine, joined=lambda _room: True)(ROOM, "$a/../b")
    assert api.asked == ["GET /_matrix/client/v3/rooms/%21room%3Aexample.org/event/%24a%2F..%2Fb"]


async def test_its_senders_edit_counts_and_nobody_elses() -> None:
    mine, others = await heard(edited({"body": "to people"})), await heard(edited({"body": "to me"}, sender=BEN))
    assert mine is not None
    assert others is not None
    assert (mine.text, others.text) == ("to people", "to hosting")


async def test_an_encrypted_message_is_opened_and_one_without_a_key_is_not_heard() -> None:
    opened = await heard(event(type="m.room.encrypted", content={"opened": {"body": "a secret"}}))
    assert opened is not None
    assert opened.text == "a secret"
    assert await heard(event(type="m.room.encrypted", content={"ciphertext": "…"})) is None


async def test_the_quoted_lines_of_a_reply_are_not_its_words() -> None:
    content = {"body": f"> <{BEN}> where?\n\nto hosting", "m.relates_to": {"m.in_reply_to": {"event_id": "$0"}}}
    said = await heard(event(content=content))
    assert said is not None
    assert said.text == "to hosting"


@pytest.mark.parametrize(
    "answer",
    [
        Permanent("gone"), {}, event(content={}), event(content=None), event(body=7), event(sender=7),
        event(origin_server_ts="soon"), event(event_id="$2"), {"content": {"body": "x"}},
    ],
)  # fmt: skip
async def test_what_is_gone_or_malformed_is_not_heard(answer: Any) -> None:
    assert await heard(answer) is None


async def test_a_room_that_we_are_not_in_is_not_asked_about() -> None:
    assert await heard(event(), joined=False) is None


async def test_a_homeserver_that_is_away_is_not_an_answer() -> None:
    with pytest.raises(TryLater):
        await heard(TryLater("away"))


@pytest.mark.parametrize(
    ("body", "words", "command"),
    [
        ("Steward Bot: what is it?", "what is it?", False),
        ("steward, what is it?", "what is it?", False),
        ("@steward:example.org what is it?", "what is it?", False),
        ("!faq what is it?", "faq what is it?", True),
        ("Steward: !faq what is it?", "faq what is it?", True),
        ("Mastodon: how do I mute?", "Mastodon: how do I mute?", False),
        ("error 500: what now?", "error 500: what now?", False),
        ("Steward is slow today", "Steward is slow today", False),
        ("in the end, what is it, and why?", "in the end, what is it, and why?", False),
    ],
)
async def test_a_message_is_heard_without_our_own_name_and_prefix_and_nothing_else(
    body: str, words: str, *, command: bool
) -> None:
    said = await heard(event(body))
    assert said is not None
    assert (said.text, said.command) == (words, command)


async def test_a_name_without_punctuation_is_an_address_where_we_are_mentioned() -> None:
    content = {"msgtype": "m.text", "body": "Steward where is it?", "m.mentions": {"user_ids": [US.user_id]}}
    said = await heard(event(content=content))
    assert said is not None
    assert said.text == "where is it?"
