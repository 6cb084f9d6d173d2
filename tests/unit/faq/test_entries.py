"""Reading the folder: every bad input is one line that says where, what and what else; the others are used."""

from pathlib import Path

import pytest

from handlers.faq.bank.entries import Phrasing
from handlers.faq.bank.reading import LARGEST, read_bank

GOOD = """\
---
questions:
  - Where does all the money go?
  - de: Wohin fließt das ganze Geld?
  - what about fees
not:
  - where do I send my invoice
source: https://example.org/wiki/Main_Page
as_of: 2024-05
reviewed: 2025-01-31
topic: money
rooms: [open-chatroom]
live: web
---

To **good** causes.

See `<code>` and <https://example.org>.
"""


def folder(tmp_path: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        path = tmp_path / f"{name.replace('_', '-')}.md"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return tmp_path


def problems(tmp_path: Path, content: str | bytes) -> list[str]:
    bank = read_bank(folder(tmp_path, broken=content, good=GOOD), "faq")
    assert [entry.slug for entry in bank.entries] == ["good"]
    return [problem.removeprefix("faq/broken.md:") for problem in bank.problems]


def test_a_file_becomes_an_entry_with_all_its_fields(tmp_path):
    bank = read_bank(folder(tmp_path, money=GOOD))
    (entry,) = bank.entries
    assert bank.problems == bank.warnings == ()
    assert entry.questions[:2] == (
        Phrasing("Where does all the money go?"),
        Phrasing("Wohin fließt das ganze Geld?", "de"),
    )
    assert entry.not_ == (Phrasing("where do I send my invoice"),)
    assert (entry.slug, entry.title, entry.topic) == ("money", "Where does all the money go?", "money")
    assert (entry.source, entry.as_of, entry.reviewed) == (
        "https://example.org/wiki/Main_Page",
        "2024-05",
        "2025-01-31",
    )
    assert (entry.rooms, entry.live) == (("open-chatroom",), "web")
    assert entry.body.startswith("To **good** causes.")


@pytest.mark.parametrize(
    "change",
    [
        ("\n", "\r\n"),
        ("---\nquestions", "\ufeff---\nquestions"),
        ("as_of: 2024-05", "as_of: 2024"),
        ("\n---\n\n", "\n---  \n"),
    ],
)
def test_line_endings_marks_and_spaces_make_no_difference(tmp_path, change):
    bank = read_bank(folder(tmp_path, money=GOOD.replace(*change)))
    assert (len(bank.entries), bank.problems) == (1, ())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Just text.", "1: no front matter; expected"),
        ("", "1: no front matter; expected"),
        ("---\nquestions:\n  - a question\n", '1: the front matter has no end; expected a line "---"'),
        ("---\n- a\n- b\n---\nText.", "2: the front matter is no mapping"),
        ("---\n---\nText.", "2: the front matter is no mapping"),
        ("---\nquestions:\n  - a: b: c\n---\nText.", "3: YAML: mapping values are not allowed here"),
        ('---\nquestions:\n  - one\n  - "two\nsource: x\n---\nText.', "4: YAML: found unexpected end of stream"),
        ("---\nquestions:\n\t- one\n---\nText.", "3: YAML: found character"),
        ("---\nquestions:\n  - one\n  - *two\n---\nText.", '4: YAML: a text that begins with "*" needs quotes'),
        ("---\nquestions:\n  - one\n  - two\x07\n---\nText.", "4: a character that can't be shown"),
        ("---\n" + "[" * 20_000 + "\n---\nText.", "2: nested too deeply"),
        ("---\ntopic: x\n---\nText.", "1: no questions; expected a list"),
        ("---\ntopic: x\nquestions:\n---\nText.", "3: no questions; expected a list"),
        ("---\ntopic: x\nquestions: []\n---\nText.", "3: no questions; expected a list"),
        ("---\nquestions: what?\n---\nText.", '2: questions is no list; expected lines that begin with "- "'),
        ("---\nquestions:\n  - one\n  -\n---\nText.", "4: an empty line; expected a question"),
        ("---\nquestions:\n  - one\n  - 404\n---\nText.", "4: not text; expected a question"),
        ("---\nquestions:\n  - one\n  - what is: this\n---\nText.", "4: not text; expected a question"),
        ("---\nquestions:\n  - one\n  - [two, three]\n---\nText.", "4: not text; expected a question"),
        ("---\nquestions:\n  - one\n  - {de: zwei, fr: deux}\n---\nText.", "4: not text; expected a question"),
        ("---\nquestions:\n  - one\nnot:\n  - 5\n---\nText.", "5: not text; expected a question"),
        ("---\nquestions:\n  - one\nsurce: x\n---\nText.", "4: unknown key surce; did you mean source?"),
        ("---\nquestions:\n  - one\nzzz: x\n---\nText.", "4: unknown key zzz; expected one of questions, not,"),
        ("---\nquestions:\n  - one\n? [a, b]\n: x\n---\nText.", "4: unknown key ?; expected one of"),
        ("---\nquestions:\n  - one\ntopic: a\ntopic: b\n---\nText.", "5: topic for the second time; expected once"),
        ("---\nquestions:\n  - one\nsource: the wiki\n---\nText.", "4: source is no web address; expected https://"),
        ("---\nquestions:\n  - one\nsource: javascript:alert(1)\n---\nText.", "4: source is no web address"),
        ("---\nquestions:\n  - one\nsource: http://[x\n---\nText.", "4: source is no web address"),
        ("---\nquestions:\n  - one\nsource: [a]\n---\nText.", "4: source is no text; expected one word"),
        ("---\nquestions:\n  - one\nas_of: last year\n---\nText.", "4: as_of is no date; expected 2024, 2024-05"),
        ("---\nquestions:\n  - one\nas_of: 2024-13\n---\nText.", "4: as_of is no date"),
        ("---\nquestions:\n  - one\nreviewed: 2024-02-30\n---\nText.", "4: reviewed is no date"),
        ("---\nquestions:\n  - one\nreviewed: 0000\n---\nText.", "4: reviewed is no date"),
        ("---\nquestions:\n  - one\n---\n", "4: no answer; expected it below the front matter"),
        ("---\nquestions:\n  - one\n---\n\nText <b>bold</b>.", "6: HTML (<b>); expected Markdown"),
        ("---\nquestions:\n  - one\n---\nA\n\n<!-- note -->", "7: HTML (<!--); expected Markdown"),
        ("---\nquestions:\n  - one\n---\n" + "word " * 301, "5: too long an answer (301 words); expected at most 300"),
        ("---\nquestions:\n  - one\n---\n" + "w" * 4001, "5: too long an answer (1 words); expected at most"),
        ("---\nquestions:\n  - one\n---\nA.\n{{ instance.user }}", "6: unknown placeholder instance.user; did"),
        ("---\nquestions:\n  - one\n---\n{{ }}", "5: unknown placeholder ; expected one of status,"),
        (b"---\nquestions:\n  - one\n  - caf\xe9\n---\nText.", "4: not UTF-8; expected a text file saved as UTF-8"),
        (b"x" * (LARGEST + 1), "1: larger than 64 KiB; expected a short answer"),
    ],
)  # fmt: skip
def test_each_problem_says_where_what_and_what_is_expected(tmp_path, content, expected):
    found = problems(tmp_path, content)
    assert found
    assert found[0].startswith(expected)


def test_all_problems_of_a_file_are_told_at_once_in_the_order_of_their_lines(tmp_path):
    found = problems(tmp_path, "---\ntopc: x\nas_of: soon\nsource: no\n---\n<i>hm</i>")
    assert [line.split(":")[0] for line in found] == ["1", "2", "3", "4", "6"]


def test_a_name_that_is_no_slug_is_a_problem(tmp_path):
    (tmp_path / "Big Name.md").write_text(GOOD)
    assert read_bank(tmp_path, "faq").problems == (
        'faq/Big Name.md:1: the name "Big Name.md"; expected small letters, digits and hyphens',
    )


def test_other_files_are_left_alone(tmp_path):
    for name in ("README.md", ".draft.md", "notes.txt", "money.md~"):
        (tmp_path / name).write_text("no entry")
    (tmp_path / "old").mkdir()
    (tmp_path / "money.md").write_text(GOOD)
    bank = read_bank(tmp_path)
    assert (len(bank.entries), bank.problems) == (1, ())


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path):
    inside = tmp_path / "faq"
    inside.mkdir()
    (tmp_path / "secret.md").write_text(GOOD)
    (inside / "secret.md").symlink_to(tmp_path / "secret.md")
    (inside / "money.md").write_text(GOOD)
    (inside / "cash.md").symlink_to(inside / "money.md")
    bank = read_bank(inside)
    assert [entry.slug for entry in bank.entries] == ["cash", "money"]
    assert bank.problems == ("faq/secret.md:1: a link that leads out of the folder; expected a file in it",)


def test_what_is_no_file_or_leads_nowhere_is_a_problem(tmp_path):
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "gone.md").symlink_to(tmp_path / "nothing")
    (tmp_path / "loop.md").symlink_to(tmp_path / "loop.md")
    found = read_bank(tmp_path, "faq").problems
    assert found[0] == "faq/folder.md:1: not a file; expected a Markdown file"
    assert found[1].startswith("faq/gone.md:1: can't be read (No such file or directory)")
    assert found[2].startswith("faq/loop.md:1: can't be read")


def test_a_missing_folder_is_a_problem_and_no_crash(tmp_path):
    bank = read_bank(tmp_path / "nowhere")
    assert bank.entries == ()
    assert bank.problems[0].startswith("nowhere: no such folder")


def test_the_same_phrasing_in_two_entries_is_a_warning_that_names_both(tmp_path):
    bank = read_bank(
        folder(tmp_path, one=GOOD, two=GOOD.replace("Where does all the money go?", "Something else")), "faq"
    )
    assert len(bank.entries) == 2
    assert bank.warnings[0] == (
        'faq/two.md:4: "Wohin fließt das ganze Geld?" also stands in one.md:4; expected in one of them'
    )


def test_few_phrasings_are_a_warning(tmp_path):
    bank = read_bank(folder(tmp_path, one="---\nquestions:\n  - Why?\n---\nBecause."), "faq")
    assert bank.warnings == ("faq/one.md:3: fewer than 3 phrasings; add people's own words for it",)


def test_it_is_known_what_could_not_be_read_and_whether_the_folder_could(tmp_path, monkeypatch):
    (tmp_path / "good.md").write_text("---\nquestions: [Why?]\n---\nBecause.\n")
    (tmp_path / "binary.md").write_bytes(b"\xff")
    read = read_bank(tmp_path)
    assert (read.unread, read.whole) == (frozenset({"binary"}), True)
    (tmp_path / "empty").mkdir()
    assert not read_bank(tmp_path / "empty").whole
    assert not read_bank(tmp_path / "nowhere").whole

    def refuses(_path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(tmp_path), "iterdir", refuses)
    refused = read_bank(tmp_path, "faq")
    assert (refused.whole, refused.problems) == (
        False,
        ("faq: can't be read (Permission denied); expected a readable folder",),
    )
