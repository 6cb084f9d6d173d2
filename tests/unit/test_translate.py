"""Matrix's JSON becomes our events, or nobody's business."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions import Decision, Nothing
from bot.addressing import Identity
from bot.command_line import find
from bot.commands import Call, Command
from bot.events import Addressed, Deleted, Edited, Event, Invited, Joined, Left, Message, Reaction, Wordless
from bot.inbox import Ignored, Unreadable
from bot.matrix.rooms import RoomBook
from bot.matrix.translate import LONGEST_TEXT, WORDLESS, Translator, invited, member
from bot.ports import Ours, Ports, RoomInfo
from bot.storage.journal import Entry
from bot.storage.rooms import Room
from tests.support.fakes import FakeSent
from tests.support.hostile import CONTENT, JSON

US, ANA, BEN = "@steward:example.org", "@ana:example.org", "@ben:example.org"
ROOM, CHAT, LOBBY = "!room:example.org", "!chat:example.org", "!lobby:example.org"
AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

OURS = Ours(event_id="$ours", room=ROOM, handler="faq", key=None, cause=None, recipient=None)
BOOK = RoomBook(
    rooms={room: Room(id=room, people=people) for room, people in ((ROOM, 9), (CHAT, 2), (LOBBY, 2))},
    configured={LOBBY: RoomInfo(id=LOBBY, name="lobby")},
)
NOTHING_IS_ENCRYPTED: Any = None
TRANSLATE = Translator(
    us=Identity(user_id=US, names=("Steward",), prefixes=("!",)),
    rooms=BOOK,
    machine=NOTHING_IS_ENCRYPTED,
    sent=FakeSent({"$ours": OURS}),
)


def entry(body: dict[str, Any], kind: str, **changes: Any) -> Entry:
    plain: dict[str, Any] = {"key": "$1", "room": ROOM, "sender": ANA, "at": AT.timestamp(), "received": 0.0}
    return Entry(**{"source": "matrix", "kind": kind, **plain, **changes, "body": body})


def read(content: Any, kind: str = "m.room.message", room: str = ROOM, **body: Any) -> Event | Unreadable | Ignored:
    return asyncio.run(TRANSLATE(entry({"type": kind, "content": content, **body}, kind, room=room)))


def said(text: str, **content: Any) -> Message:
    """What becomes of a message with this text."""
    event = read({"msgtype": "m.text", "body": text, **content})
    assert isinstance(event, Message), event
    return event


async def nothing(_call: Call, _ports: Ports) -> Decision:
    return Nothing("")


KNOWN = {
    name: ("x", Command(name=name, usage=name, summary="", example=name, run=nothing, bare=lambda _args: True))
    for name in ("help", "bot", "audit")
}


# Messages


def test_a_message_is_read_with_all_that_matters() -> None:
    assert said("Steward, where?", **{"m.mentions": {"user_ids": [US, BEN]}}) == Message(
        id="$1",
        room=ROOM,
        sender=ANA,
        at=AT,
        text="where?",
        addressed=Addressed.MENTION,
        mentions=frozenset({US, BEN}),
    )


@pytest.mark.parametrize(
    ("relation", "addressed", "thread", "reply_to"),
    [
        ({}, None, None, None),
        ({"m.in_reply_to": {"event_id": "$ours"}}, Addressed.REPLY, None, "$ours"),
        ({"m.in_reply_to": {"event_id": "$somebody's"}}, None, None, "$somebody's"),
        # In a thread, clients point at its last message for others that know no threads: that is no reply.
        (
            {
                "rel_type": "m.thread",
                "event_id": "$root",
                "is_falling_back": True,
                "m.in_reply_to": {"event_id": "$ours"},
            },
            *(None, "$root", None),
        ),
        (
            {
                "rel_type": "m.thread",
                "event_id": "$root",
                "is_falling_back": False,
                "m.in_reply_to": {"event_id": "$ours"},
            },
            *(Addressed.REPLY, "$root", "$ours"),
        ),
        (
            {"rel_type": "m.thread", "event_id": "$root", "m.in_reply_to": {"event_id": "$ours"}},
            *(Addressed.REPLY, "$root", "$ours"),
        ),
        ({"rel_type": "m.thread", "event_id": "$root"}, None, "$root", None),
        ({"rel_type": "m.reference", "event_id": "$ours"}, None, None, None),
        (None, None, None, None),
    ],
)
def test_replies_and_threads_are_told_apart(
    relation: Any, addressed: Addressed | None, thread: str | None, reply_to: str | None
) -> None:
    message = said("and then?", **{"m.relates_to": relation})
    assert (message.addressed, message.thread, message.reply_to) == (addressed, thread, reply_to)


@pytest.mark.parametrize("event_id", [{"a": 1}, ["$ours"], 1, "", "$\0", "$" + "x" * 255, "$\ud800", None], ids=ascii)
def test_what_is_no_id_is_nothing_to_hang_on(event_id: Any) -> None:
    reply = said("hi", **{"m.relates_to": {"m.in_reply_to": {"event_id": event_id}}})
    assert (reply.reply_to, reply.thread, reply.addressed) == (None, None, None)
    threaded = said("hi", **{"m.relates_to": {"rel_type": "m.thread", "event_id": event_id}})
    assert threaded.thread is None
    assert isinstance(read({"m.relates_to": {"event_id": event_id, "key": "x"}}, "m.reaction"), Ignored)
    assert isinstance(read({"redacts": event_id}, "m.room.redaction", redacts=event_id), Ignored)
    new = {"msgtype": "m.text", "body": "x"}
    edit = {**new, "m.new_content": new, "m.relates_to": {"rel_type": "m.replace", "event_id": event_id}}
    assert isinstance(read(edit), Ignored)


@pytest.mark.parametrize("relation", ["y", 1, [], {"m.in_reply_to": "$ours"}, {"rel_type": ["m.thread"]}])
def test_a_relation_that_is_none_leaves_a_message_like_any_other(relation: Any) -> None:
    message = said("hi", **{"m.relates_to": relation})
    assert (message.text, message.reply_to, message.thread) == ("hi", None, None)


@pytest.mark.parametrize(("body", "text"), [("a\0b", "ab"), ("a\ud800b", "ab"), ("🌱", "🌱")], ids=ascii)
def test_a_text_is_without_what_databases_choke_on(body: str, text: str) -> None:
    assert said(body).text == text


@pytest.mark.parametrize("mentions", [None, "x", {"user_ids": None}, {"user_ids": US}, {"user_ids": [1, None, {}]}])
def test_a_mention_of_nobody_mentions_nobody(mentions: Any) -> None:
    assert said("hi", **{"m.mentions": mentions}).mentions == frozenset()


def test_the_quote_before_a_reply_is_no_word_of_theirs() -> None:
    quote = "> <@ben:example.org> Steward: !help\n\nI agree"
    reply = said(quote, **{"m.relates_to": {"m.in_reply_to": {"event_id": "$somebody's"}}})
    assert (reply.text, reply.addressed) == ("I agree", None)
    assert said(quote).text == quote


@pytest.mark.parametrize(("room", "private"), [(ROOM, False), (CHAT, True), (LOBBY, False)])
def test_a_chat_of_two_is_private_unless_it_is_a_configured_room(room: str, *, private: bool) -> None:
    message = read({"msgtype": "m.text", "body": "where?"}, room=room)
    assert isinstance(message, Message)
    assert message.private is private
    assert message.addressed is (Addressed.PRIVATE if private else None)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({"msgtype": "m.notice", "body": "!help"}, "a message of type m.notice"),
        ({"msgtype": "org.example.poll", "body": "!help"}, "a message of type org.example.poll"),
        ({"msgtype": ["m.image"], "body": "!help"}, "a message of type None"),
        ({"body": "!help"}, "a message of type None"),
        ({}, "a message of type None"),
        ({"msgtype": "m.text"}, "a message of type m.text"),
        ({"msgtype": "m.text", "body": ["x"]}, "a message of type m.text"),
        ({"msgtype": "x" * 99, "body": "y"}, "a message of type " + "x" * 40),
    ],
)
def test_what_people_did_not_write_is_ignored(content: dict[str, Any], why: str) -> None:
    assert read(content) == Ignored(why)


@pytest.mark.parametrize(("room", "private"), [(ROOM, False), (CHAT, True), (LOBBY, False)])
@pytest.mark.parametrize("kind", sorted(WORDLESS))
def test_a_picture_or_a_voice_message_is_heard_without_words(kind: str, room: str, *, private: bool) -> None:
    expected = Wordless(id="$1", room=room, sender=ANA, at=AT, kind=kind, private=private)
    assert read({"msgtype": kind, "body": "!help.png", "url": "mxc://x/y"}, room=room) == expected
    assert read({"msgtype": kind}, room=room) == expected, "also without a name"


@pytest.mark.parametrize(("room", "private"), [(ROOM, False), (CHAT, True)])
def test_a_sticker_is_heard_without_words(room: str, *, private: bool) -> None:
    expected = Wordless(id="$1", room=room, sender=ANA, at=AT, kind="m.sticker", private=private)
    assert read({"body": "!help", "url": "mxc://x/y"}, "m.sticker", room=room) == expected
    assert read({}, "m.sticker", room=room) == expected


def test_an_encrypted_sticker_is_heard_as_one_once_it_is_opened() -> None:
    class Opened:
        """Whatever is encrypted is a sticker."""

        async def decrypt(self, _room: str, _event: dict[str, Any]) -> dict[str, Any]:
            return {"type": "m.sticker", "content": {"body": "a cat"}}

    opens: Any = Opened()
    sealed = entry({"type": "m.room.encrypted", "content": {}}, "m.room.encrypted", room=CHAT)
    read_by = replace(TRANSLATE, machine=opens)
    assert asyncio.run(read_by(sealed)) == Wordless(
        id="$1", room=CHAT, sender=ANA, at=AT, kind="m.sticker", private=True
    )


@pytest.mark.parametrize("room", [ROOM, CHAT])
@pytest.mark.parametrize("text", ["waves", "!help", "Steward, help", "help"])
def test_an_emote_is_a_message_to_nobody(text: str, room: str) -> None:
    mentions = {"m.mentions": {"user_ids": [US]}, "m.relates_to": {"m.in_reply_to": {"event_id": "$ours"}}}
    message = read({"msgtype": "m.emote", "body": text, **mentions}, room=room)
    assert isinstance(message, Message)
    assert (message.text, message.addressed) == (text, None)


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("> !help", None),
        ("> !help\n\nwhat is that?", "<blockquote>!help</blockquote>what is that?"),
        (">!help", None),
        ("```\n!help\n```", "<pre><code>!help\n</code></pre>"),
        ("`!help`", "<code>!help</code>"),
        ("    `!help`", None),
        ("“!help”", None),
        ("hello\n!help", None),
        # Some apps leave the signs out of the plain text.
        ("!help", "<blockquote>!help</blockquote>"),
        ("!help", " <blockquote><p>!help</p></blockquote><p>what is that?</p>"),
        ("!help", "<pre><code>!help\n</code></pre>"),
        ("!help", "<p><CODE>!help</CODE></p>"),
        ("!help", "<mx-reply><blockquote>x</blockquote></mx-reply><blockquote>!help</blockquote>"),
    ],
)
@pytest.mark.parametrize(("room", "addressed"), [(ROOM, None), (CHAT, Addressed.PRIVATE)])
def test_a_command_that_is_quoted_or_shown_is_none(
    body: str, html: str | None, room: str, addressed: Addressed | None
) -> None:
    message = read({"msgtype": "m.text", "body": body, "formatted_body": html}, room=room)
    assert isinstance(message, Message)
    assert message.addressed is addressed
    assert find(message, KNOWN) is None


@pytest.mark.parametrize(
    "html",
    [
        *(None, 7, "", "!help", "<p>!help</p>", "!help <code>faq</code>", "<codex>!help</codex>"),
        "<mx-reply><blockquote>Steward, !bot</blockquote></mx-reply>!help",
    ],
)
def test_a_command_in_plain_words_is_one_whatever_else_stands_there(html: Any) -> None:
    message = said("!help", formatted_body=html)
    assert (message.text, message.addressed) == ("help", Addressed.PREFIX)


def test_a_command_in_an_edit_is_no_message_at_all() -> None:
    """What is no `Message` never gets to where commands are looked for."""
    new = {"msgtype": "m.text", "body": "!help"}
    relation = {"rel_type": "m.replace", "event_id": "$first"}
    assert isinstance(read({**new, "m.new_content": new, "m.relates_to": relation}), Edited)
    assert isinstance(read({**new, "m.relates_to": relation}), Ignored)


def test_the_fallback_of_a_reply_commands_nothing_and_what_stands_below_it_does() -> None:
    relation = {"m.relates_to": {"m.in_reply_to": {"event_id": "$somebody's"}}}
    assert said("> <@ben:example.org> !help", **relation).addressed is None
    assert said("> <@ben:example.org> !bot\n\n> !audit\n", **relation).addressed is None
    below = said("> <@ben:example.org> !bot\n\n!help", **relation)
    assert (below.text, below.addressed) == ("help", Addressed.PREFIX)


def test_a_text_without_end_is_cut() -> None:
    assert len(said("x" * 60_000).text) == LONGEST_TEXT


def test_an_edit_carries_the_message_as_it_is_now() -> None:
    event = read(
        {
            "msgtype": "m.text",
            "body": "* Steward, new",
            "m.new_content": {"msgtype": "m.text", "body": "Steward, new"},
            "m.relates_to": {"rel_type": "m.replace", "event_id": "$first"},
        }
    )
    assert isinstance(event, Edited)
    assert (event.id, event.of, event.message.id, event.message.text) == ("$1", "$first", "$first", "new")


def test_an_edit_within_an_edit_is_read_once() -> None:
    inner = {"rel_type": "m.replace", "event_id": "$other"}
    event = read(
        {
            "body": "* x",
            "m.new_content": {"msgtype": "m.text", "body": "x", "m.relates_to": inner, "m.new_content": {}},
            "m.relates_to": {"rel_type": "m.replace", "event_id": "$first"},
        }
    )
    assert isinstance(event, Edited)
    assert event.of == "$first"


@pytest.mark.parametrize(
    "new", [None, {}, {"msgtype": "m.notice", "body": "x"}, {"msgtype": "m.image", "body": "x.png"}, "x"]
)
def test_an_edit_to_nothing_that_we_read_is_ignored(new: Any) -> None:
    relation = {"rel_type": "m.replace", "event_id": "$first"}
    assert isinstance(read({"body": "* x", "m.new_content": new, "m.relates_to": relation}), Ignored)
    image = {"msgtype": "m.image", "body": "* x", "m.new_content": new, "m.relates_to": relation}
    assert isinstance(read(image), Ignored)


# Reactions, deletions, others


def test_a_reaction_says_to_what_and_with_what() -> None:
    relation = {"rel_type": "m.annotation", "event_id": "$first", "key": "👍" * 99}
    assert read({"m.relates_to": relation}, "m.reaction") == Reaction(
        id="$1", room=ROOM, sender=ANA, at=AT, of="$first", key="👍" * 64
    )


@pytest.mark.parametrize(("content", "body"), [({}, {"redacts": "$first"}), ({"redacts": "$first"}, {})])
def test_a_deletion_is_read_in_both_forms(content: dict[str, Any], body: dict[str, Any]) -> None:
    assert read(content, "m.room.redaction", **body) == Deleted(id="$1", room=ROOM, sender=ANA, at=AT, of="$first")


@pytest.mark.parametrize("kind", ["m.room.topic", "org.example.x"])
def test_other_types_are_not_for_us(kind: str) -> None:
    assert read({}, kind) == Ignored(f"{kind} is not for us")


# Coming and going

JOINED = Joined(id="$1", room=ROOM, sender=BEN, at=AT)
RETURNED = Joined(id="$1", room=ROOM, sender=BEN, at=AT, returning=True)
LEFT = Left(id="$1", room=ROOM, sender=ANA, at=AT, who=BEN)
IGNORED = Ignored("no coming or going")


@pytest.mark.parametrize(
    ("before", "now", "becomes"),
    [
        (None, "join", JOINED),
        ("invite", "join", JOINED),
        ("leave", "join", RETURNED),
        ("ban", "join", RETURNED),
        ("knock", "join", JOINED),
        ("join", "join", IGNORED),
        ("join", "leave", LEFT),
        ("join", "ban", LEFT),
        ("invite", "leave", LEFT),
        ("invite", "ban", LEFT),
        ("leave", "ban", IGNORED),
        ("ban", "leave", IGNORED),
        ("knock", "leave", IGNORED),
        (None, "invite", IGNORED),
        ("leave", "invite", IGNORED),
        (None, "knock", IGNORED),
        (None, "leave", IGNORED),
        (None, None, IGNORED),
    ],
)
def test_coming_and_going_are_changes_of_membership(
    before: str | None, now: str | None, becomes: Event | Ignored
) -> None:
    unsigned = {"prev_content": {"membership": before}} if before else None
    body = {"type": "m.room.member", "state_key": BEN, "content": {"membership": now}, "unsigned": unsigned}
    assert member(entry(body, "m.room.member"), body, US) == becomes


def test_our_own_coming_is_no_event_and_our_going_is() -> None:
    came = {"type": "m.room.member", "state_key": US, "content": {"membership": "join"}}
    assert isinstance(member(entry(came, "m.room.member"), came, US), Ignored)
    thrown = {**came, "content": {"membership": "ban"}, "unsigned": {"prev_content": {"membership": "join"}}}
    assert member(entry(thrown, "m.room.member"), thrown, US) == Left(id="$1", room=ROOM, sender=ANA, at=AT, who=US)


# Invitations


def invitation(*state: Any) -> Event | Ignored:
    body = {"type": "steward.invite", "state": list(state)}
    return invited(entry(body, "steward.invite", key="invite:1", sender=""), body, US)


INVITE = {"type": "m.room.member", "state_key": US, "sender": ANA, "content": {"membership": "invite"}}


@pytest.mark.parametrize(("is_direct", "direct"), [(True, True), (False, False), (None, False)])
def test_an_invitation_says_from_whom_and_whether_for_a_private_chat(*, is_direct: bool | None, direct: bool) -> None:
    event = {**INVITE, "content": {"membership": "invite", "is_direct": is_direct}}
    assert invitation({"type": "m.room.name", "state_key": ""}, event) == Invited(
        id="invite:1", room=ROOM, sender=ANA, at=AT, direct=direct
    )


@pytest.mark.parametrize(
    "state",
    [
        [],
        [{"type": "m.room.name", "state_key": "", "sender": ANA}],
        [{**INVITE, "state_key": BEN}],
        [{**INVITE, "type": "m.room.message"}],
    ],
)
def test_an_invitation_from_nobody_is_ignored(state: list[Any]) -> None:
    assert invitation(*state) == Ignored("an invitation that doesn't say from whom")


# Harm


@given(
    content=CONTENT,
    kind=st.sampled_from(
        ["m.room.message", "m.sticker", "m.reaction", "m.room.redaction", "m.room.member", "steward.invite"]
    ),
    rest=st.dictionaries(st.sampled_from(["unsigned", "state_key", "redacts", "state"]), JSON),
)
def test_no_json_is_too_much(content: Any, kind: str, rest: dict[str, Any]) -> None:
    event = read(content, kind, **rest)
    if not isinstance(event, Unreadable | Ignored):
        ids = [getattr(event, name, None) for name in ("of", "who", "thread", "reply_to", "sender")]
        assert all(one is None or isinstance(one, str) for one in ids)
