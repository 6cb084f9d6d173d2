"""Answers as files: out of the bot's history, and out of other programs' JSON."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.actions import Done
from handlers.faq import tables
from handlers.faq.bank.merging import Edit, digest
from handlers.faq.terminal.program import terminal
from tests.unit.faq.bank import ANA, Tables
from tests.unit.faq.test_evaluation import FILE, FakeDesk

CHANGED = FILE.replace("To good causes.", "To better causes.")


@dataclass
class Kept(FakeDesk):
    """The same, with a bot's memory."""

    tables: Tables = field(default_factory=Tables)

    @contextlib.asynccontextmanager
    async def memory(self, _config: Path) -> AsyncIterator[Tables]:
        yield self.tables


@pytest.fixture
def desk(tmp_path: Path) -> Kept:
    (tmp_path / "faq").mkdir()
    (tmp_path / "faq" / "money.md").write_text(FILE)
    return Kept(tmp_path)


def change(desk: Kept, slug: str, after: str | None, base: str | None) -> None:
    given: Any = {"slug": slug, "number": 1, "before": base, "author": ANA, "what": "edit", "at": 0.0}
    desk.tables.keep(Done((tables.note_edit(Edit(**given, after=after, base=digest(base))),)))


def run(desk: Kept, *args: object) -> Result:
    return CliRunner().invoke(terminal(desk), [str(arg) for arg in args])


def test_only_what_was_changed_is_written_and_what_was_removed_goes(desk, tmp_path):
    change(desk, "money", CHANGED, FILE)
    change(desk, "door", FILE, None)
    out = tmp_path / "checkout"
    out.mkdir()
    (out / "other.md").write_text("untouched")
    assert run(desk, "export", out).exit_code == 0
    assert {path.name: path.read_text() for path in out.iterdir()} == {
        "money.md": CHANGED, "door.md": FILE, "other.md": "untouched",
    }  # fmt: skip


def test_a_removed_answer_is_removed_from_the_checkout(desk, tmp_path):
    change(desk, "money", None, FILE)
    found = run(desk, "export", tmp_path / "faq")
    assert found.stdout == f"removed: {tmp_path / 'faq' / 'money.md'}\n"
    assert not (tmp_path / "faq" / "money.md").exists()


def test_without_changes_nothing_is_written(desk, tmp_path):
    assert run(desk, "export", tmp_path / "new").stdout == "Nothing differs from the files.\n"
    assert list((tmp_path / "new").iterdir()) == []


def test_answers_of_another_program_become_files(desk, tmp_path):
    source = tmp_path / "answers.json"
    source.write_text(
        json.dumps({"door": {"questions": ["Which code?", "door: open?"], "answer": "None.", "topic": "x"}})
    )
    assert run(desk, "import", source).exit_code == 0
    written = (tmp_path / "faq" / "door.md").read_text()
    assert written == "---\nquestions:\n  - Which code?\n  - 'door: open?'\ntopic: x\n---\nNone.\n"


def test_a_name_that_is_another_name_of_an_answer_is_told(desk, tmp_path):
    (tmp_path / "faq" / "money.md").write_text(FILE.replace("---\n", "---\naliases: [budget]\n", 1))
    source = tmp_path / "answers.json"
    source.write_text(json.dumps({"budget": {"questions": ["x"], "answer": "1"}}))
    found = run(desk, "import", source)
    assert "the alias budget is a name of budget already" in " ".join(found.stderr.split())
    assert not (tmp_path / "faq" / "budget.md").exists()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{", "Expecting property name"),
        ("[]", "expected {"),
        ('{"door": ["which code?"]}', "door: expected questions"),
        ('{"door": {"questions": [], "answer": "x"}}', "door: expected questions"),
        ('{"door": {"questions": ["x", ""], "answer": "x"}}', "door: expected questions"),
        ('{"../door": {"questions": ["x"], "answer": "x"}}', 'the name "../door.md"'),
        ('{"door": {"questions": ["x"], "answer": "<b>x</b>"}}', "HTML (<b>)"),
        ('{"door": {"questions": ["x"], "answer": " "}}', "no answer"),
        ('{"door": {"questions": ["x"], "answer": "x", "source": "a book"}}', "source is no web address"),
        ('{"money": {"questions": ["x"], "answer": "x"}}', "there is such a file"),
        ('{"a": {"questions": ["x"], "answer": "1"}, "a": {"questions": ["y"], "answer": "2"}}', "a: given twice"),
        ('{"a": {"questions": ["x"], "answer": "1", "answer": "2"}}', "answer: given twice"),
        ('{"why": {"questions": ["x"], "answer": "1"}}', "the name why is a command"),
    ],
)
def test_what_cant_be_an_answer_is_told_and_nothing_is_written(desk, tmp_path, content, why):
    source = tmp_path / "answers.json"
    source.write_text(content)
    found = run(desk, "import", source)
    assert found.exit_code != 0
    assert why in " ".join(found.stderr.replace("│", "").split())
    assert [path.name for path in (tmp_path / "faq").iterdir()] == ["money.md"]
    assert (tmp_path / "faq" / "money.md").read_text() == FILE
