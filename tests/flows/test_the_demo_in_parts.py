"""The demo's pure parts: what a room's events look like in a terminal, what is typed, what the overlay replaces."""

from pathlib import Path
from typing import Any

import pytest

from bot.config.loading import load
from bot.demo import overlay
from bot.demo.drawing import Painter
from bot.demo.overlay import Here
from bot.demo.readable import readable, safe
from bot.demo.slash import Slash, Words, numbered, parse, picked
from bot.demo.timeline import Timeline
from bot.errors import Refused
from handlers import ALL

ROOT = Path(__file__).parents[2]
ANA, STEWARD = "@ana:here", "@steward:here"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One<br>two</p><p>three</p>", "One\ntwo\n\nthree"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "• a\n• b\n  • c"),
        ("<ol>\n<li>\n<p>a</p>\n</li>\n<li>b</li></ol>after", "1. a\n2. b\n\nafter"),
        ('see <a href="https://a.b">here</a>', "see here (https://a.b)"),
        ('<a href="https://a.b">https://a.b</a>', "https://a.b"),
        ('<a href="https://matrix.to/#/@ana:x">Ana</a>: hi', "Ana: hi"),
        ("use <code>!help</code> &amp; <b>wait</b>", "use `!help` & wait"),
        ("<pre><code>a  b\n  c\n</code></pre>", "a  b\n  c"),
        ("<blockquote><p>a<br>b</p></blockquote><p>c</p>", "> a\n> b\n\nc"),
        ("<mx-reply><blockquote>old</blockquote></mx-reply>new", "new"),
        ("</ul></a></pre>no harm", "no harm"),
    ],
)
def test_html_reads_well(html, text):
    assert readable(html) == text


def test_nothing_in_a_message_is_obeyed_by_the_terminal():
    assert safe("a\x1b[2Jb\r\u202ec\t👩\u200d💻\n") == "a[2Jbc  👩\u200d💻"


def message(number: int, body: str, sender: str = ANA, **relation: Any) -> dict[str, Any]:
    content = {"msgtype": "m.notice" if sender == STEWARD else "m.text", "body": body, "m.relates_to": relation}
    return {"event_id": f"${number}", "type": "m.room.message", "sender": sender, "content": content}


def shown(room: Timeline, *events: dict[str, Any]) -> list[str]:
    painter = Painter(names={STEWARD: "Steward", ANA: "Ana"})
    changes = [change for event in events if (change := room.take(event))]
    return [row.text.plain for change in changes for row in painter.change(change, room)]


def test_what_happens_in_a_room_is_told_in_words():
    room = Timeline()
    assert shown(room, message(1, "hello"), message(1, "hello")) == ["[1] Ana: hello"]
    assert shown(room, message(2, "hi", STEWARD, **{"m.in_reply_to": {"event_id": "$1"}})) == [
        "[2] Steward (notice): ↳ re: [1] “hello”",
        "    hi",
    ]
    in_thread: dict[str, Any] = {
        "rel_type": "m.thread",
        "event_id": "$1",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$1"},
    }
    assert shown(room, message(3, "more", **in_thread)) == [
        "    │ [3] Ana: in the thread of [1] “hello”",
        "    │     more",
    ]
    edit = message(4, "* other", rel_type="m.replace", event_id="$1")
    edit["content"]["m.new_content"] = {"body": "other"}
    assert shown(room, edit) == ["Ana changed [1]: other"]
    relation = {"rel_type": "m.annotation", "event_id": "$2", "key": "👍"}
    reaction = {"event_id": "$5", "type": "m.reaction", "sender": ANA, "content": {"m.relates_to": relation}}
    assert shown(room, reaction) == ["  · Ana reacted 👍 to [2]"]
    redaction = {"event_id": "$6", "type": "m.room.redaction", "sender": STEWARD, "redacts": "$3", "content": {}}
    assert shown(room, redaction) == ["  · Steward deleted [3]"]

    again = Painter(names={STEWARD: "Steward", ANA: "Ana"}).history(room, last=20)
    assert [row.text.plain for row in again] == [
        "[1] Ana: other (edited)",
        "    │ [3] Ana: (deleted)",
        "[2] Steward (notice): ↳ re: [1] “other”",
        "    hi",
        "  · reactions: 👍 Ana",
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hello /as", Words("hello /as")),
        ("!help", Words("!help")),
        ("//as", Words("/as")),
        ("/as  mo ", Slash("as", "mo")),
        ("/HELP", Slash("help")),
    ],
)
def test_what_is_typed_is_said_or_obeyed(typed, meant):
    assert parse(typed) == meant


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("/raect 👍", "did you mean /react?"),
        ("/quti", "did you mean /quit?"),
        ("/xyzzy", "/help lists those there are."),
    ],
)
def test_a_wrong_command_is_explained_with_the_nearest(typed, why):
    with pytest.raises(Refused, match=why.replace("?", r"\?")):
        parse(typed)


def test_names_may_be_short_but_not_ambiguous():
    assert picked("room", "te", ["open", "tech", "mods"]) == "tech"
    with pytest.raises(Refused, match="Did you mean tech"):
        picked("room", "tehc", ["open", "tech", "mods"])
    with pytest.raises(Refused, match="Choose one: open, tech, mods"):
        picked("room", "", ["open", "tech", "mods"])


@pytest.mark.parametrize(
    ("args", "meant"),
    [("3 a b", (3, "a b")), ("[3] a", (3, "a")), ("#3", (3, "")), ("3rd a", (None, "3rd a")), ("1️⃣", (None, "1️⃣"))],
)
def test_a_message_may_be_named_by_its_number(args, meant):
    assert numbered(args) == meant


def test_nothing_of_the_shipped_config_leads_off_this_machine(tmp_path):
    file = tmp_path / "overlay.yaml"
    here = Here(
        homeserver="http://127.0.0.1:1",
        server_name="steward.localhost",
        bot="@steward:steward.localhost",
        pages="http://127.0.0.1:2",
        data=tmp_path,
    )
    overlay.write(file, overlay.overlay(overlay.shipped(ROOT / "config.yaml"), here))

    sections = {handler.name: handler.settings for handler in ALL}
    config = load(ROOT / "config.yaml", sections, env={overlay.PASSWORD: "secret"}, overlay=file)

    assert config.homeserver.url == here.homeserver
    assert [room.room for room in config.rooms] == [
        "#SocialCoop:steward.localhost",
        "#socialcoop-tech:steward.localhost",
    ]
    assert [room.notices for room in config.rooms] == [False, True]
    assert config.control_room is not None
    assert config.control_room.room == "#socialcoop-steward:steward.localhost"
    assert {service.url.rpartition("/")[0] for service in config.services} == {here.pages}
    assert config.registration is not None
    assert config.registration.form == f"{here.pages}/registration-form"
    assert config.storage.folder == tmp_path
