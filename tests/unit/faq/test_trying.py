"""What would have been said in an exported room: read, tried, reviewed."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from handlers.faq.settings import Settings
from handlers.faq.terminal import trying
from handlers.faq.terminal.logs import Line, lines_in
from handlers.faq.terminal.program import terminal
from tests.unit.faq.bank import LIBRARY
from tests.unit.faq.test_evaluation import FILE, FakeDesk

TITLE = "what are the fees for"
ASKED = "where does all the money go?"


def event(text: str, at: int = 0, sender: str = "@ana:example.org", **content: Any) -> dict[str, Any]:
    body = {"msgtype": "m.text", "body": text, **content}
    return {"type": "m.room.message", "sender": sender, "origin_server_ts": at * 1000, "content": body}


def line(text: str, at: float = 0, sender: str = "@ana:example.org", **more) -> Line:
    return Line(sender=sender, text=text, at=at, **more)


def outcomes(*lines: Line) -> list[str | None]:
    """Of each line: None where nothing is near, "spoken", or why not."""
    found = trying.tried(lines, LIBRARY.matcher, Settings())
    return [one if one is None else one.why or "spoken" for one in found]


@pytest.mark.parametrize(
    "written",
    [
        "\n".join(json.dumps(event(text)) for text in ("one", "two")),
        json.dumps({"room_name": "x", "messages": [event("one"), event("two")]}),
        json.dumps([{"text": "one"}, {"text": "two"}]),
        '{"text": "one"}\n\n{"text": "two"}\n',
    ],
)
def test_a_room_is_read_in_each_form_that_it_is_exported_in(written):
    log = lines_in(written)
    assert [one.text for one in log.lines] == ["one", "two"]
    assert log.unreadable == 0


def test_what_is_no_message_of_a_person_is_passed_over_and_what_is_no_json_is_counted():
    changed: Any = {"m.relates_to": {"rel_type": "m.replace", "event_id": "$1"}}
    edit = event("* one", **changed)
    others = [event("a bot's", msgtype="m.notice"), edit, {"type": "m.room.member", "sender": "@x:y", "content": {}}]
    log = lines_in("\n".join([*map(json.dumps, others), "no json", '"a text"', json.dumps(event("one"))]))
    assert [one.text for one in log.lines] == ["one"]
    assert log.unreadable == 2


def test_replies_and_mentions_are_seen_and_lines_are_put_in_order():
    replies: Any = {"m.relates_to": {"m.in_reply_to": {"event_id": "$1"}}}
    mentions: Any = {"m.mentions": {"user_ids": ["@ben:example.org", 7]}}
    reply, mention = event("b", 2, **replies), event("a", 1, **mentions)
    first, second = lines_in(json.dumps([reply, mention])).lines
    assert (first.text, first.mentions, first.answering) == ("a", frozenset({"@ben:example.org"}), False)
    assert (second.text, second.answering) == ("b", True)


@pytest.mark.parametrize("written", ["", "nonsense", "[]", "[" * 100_000])
def test_a_file_without_events_is_an_error(written):
    with pytest.raises(ValueError, match="expected one JSON object a line"):
        lines_in(written)


def test_it_would_speak_where_it_is_sure_and_nobody_else_answers():
    assert outcomes(line(ASKED), line("nice weather", 5)) == ["spoken", None]


def test_it_would_keep_silent_where_somebody_else_speaks_within_the_grace():
    assert outcomes(line(ASKED), line("to hosting", 5, "@ben:example.org"))[0] == "somebody else spoke"
    assert outcomes(line(ASKED), line("to hosting", 21, "@ben:example.org"))[0] == "spoken"


def test_it_would_not_give_the_same_answer_twice_within_the_quiet_time():
    assert outcomes(line(ASKED), line(ASKED, 3599), line(ASKED, 3600)) == ["spoken", "answered a moment ago", "spoken"]


def test_what_is_said_to_somebody_is_not_looked_at():
    assert outcomes(line(ASKED, answering=True), line(ASKED, mentions=frozenset({"@ben:example.org"}))) == [None, None]


def test_the_summary_counts_by_thousand_lines_and_by_entry():
    found = [one for one in trying.tried([line(ASKED)], LIBRARY.matcher, Settings()) if one]
    assert trying.summary(500, found) == ["500 lines; 1 would have been answered, 2.0 in 1,000.", "  1 of money"]
    assert trying.summary(0, [])[0].startswith("0 lines; 0")


def test_the_most_confident_are_reviewed_each_text_once():
    found = [one for one in trying.tried([line(ASKED, n * 9999) for n in range(3)], LIBRARY.matcher, Settings()) if one]
    assert len(trying.for_review(found)) == 1


@pytest.fixture
def room(tmp_path):
    (tmp_path / "faq").mkdir()
    (tmp_path / "faq" / "money.md").write_text(FILE)
    said = [event("what are the fees for?"), event("hi", 99)]
    (tmp_path / "room.jsonl").write_text("\n".join(map(json.dumps, said)))
    return tmp_path


@pytest.mark.parametrize(("said", "list_"), [("y", "questions"), ("n", "not")])
def test_a_yes_keeps_the_line_as_a_phrasing_and_a_no_as_a_look_alike(room, said, list_):
    program = terminal(FakeDesk(room))
    found = CliRunner().invoke(program, ["try", "--log", str(room / "room.jsonl"), "--review"], input=f"{said}\n")
    assert found.exit_code == 0, found.output
    assert "1 kept." in found.stdout
    front = (room / "faq" / "money.md").read_text().split("---")[1]
    assert f"{list_}:" in front
    assert front.index(f"{list_}:") < front.index("  - what are the fees for?")
    assert (room / "faq" / "money.md").read_text().endswith("To good causes.\n")


def test_a_skip_or_a_quit_keeps_nothing(room):
    program = terminal(FakeDesk(room))
    for said in ("s\n", "\n", "q\n"):
        found = CliRunner().invoke(program, ["try", "--log", str(room / "room.jsonl"), "--review"], input=said)
        assert "0 kept." in found.stdout
    assert (room / "faq" / "money.md").read_text() == FILE


def test_without_review_the_lines_are_shown_with_what_would_have_been_said(room):
    found = CliRunner().invoke(terminal(FakeDesk(room)), ["try", "--log", str(room / "room.jsonl")])
    assert found.stdout.startswith("2 lines; 1 would have been answered, 500.0 in 1,000.\n  1 of money\n")
    assert "what are the fees for?" in found.stdout


def test_a_log_that_is_none_is_a_sentence(room):
    found = CliRunner().invoke(terminal(FakeDesk(room)), ["try", "--log", str(room / "faq")])
    assert found.exit_code == 2
    assert "Is a directory" in " ".join(found.stderr.replace("│", "").split())


WILD = "what are the fees\u001b[2J\u001b]0;owned\u0007 for? \ud800"


def test_halves_of_characters_are_no_error_and_are_seen_as_such():
    for one in (event(WILD), {"text": WILD}):
        (found,) = lines_in(json.dumps(one)).lines
        assert found.text == WILD.replace("\ud800", "?")


@pytest.mark.parametrize("options", [[], ["--review"]])
def test_nothing_in_a_room_reaches_the_terminal_as_a_command_to_it(room, options):
    (room / "room.jsonl").write_text(json.dumps(event(WILD)))
    (room / "faq" / "money.md").write_text(FILE.replace("questions:", f"questions:\n  - {TITLE}"))
    program = terminal(FakeDesk(room))
    found = CliRunner().invoke(program, ["try", "--log", str(room / "room.jsonl"), *options], input="y\n")
    assert found.exit_code == 0, found.output
    assert "what are the fees[2J]0;owned for? ?" in found.stdout
    assert not set("\x1b\x07") & set(found.stdout)
    assert not set("\x1b\x07") & set((room / "faq" / "money.md").read_text())


def test_a_line_is_kept_without_what_is_not_seen():
    assert "  - what are the fees[2J]0;owned for?" in trying.kept(FILE, WILD, right=True)
