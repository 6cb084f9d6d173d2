"""The evaluation contract, the calibration, and `steward faq`."""

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.errors import Permanent
from bot.ports import Fetched
from handlers.faq.library import matcher
from handlers.faq.matching import calibration
from handlers.faq.settings import Settings
from handlers.faq.terminal import linking
from handlers.faq.terminal.evaluation import Question, Result, ask, bank_in, questions_in, report
from handlers.faq.terminal.program import terminal
from tests.support.fakes import FakeHttp
from tests.unit.faq.bank import BANK, LIBRARY, PLACE

QUESTIONS = [
    {"id": "1", "text": "where does all the money go?", "intent": "money", "accept_also": []},
    {"id": "2", "text": "what does being a member cost?", "intent": "other", "accept_also": ["fee"]},
    {"id": "3", "text": "is there a code of conduct?", "intent": "none"},
    {"id": "4", "text": "wiki", "intent": "clarify", "accept_also": ["wiki"]},
]
FILE = """---
questions:
  - Where does all the money go?
  - what are fees for
  - budget overview
topic: money
---
To good causes.
"""


def result(intent: str, ranked: tuple[str, ...], unprompted: str | None, accept_also: tuple[str, ...] = ()) -> Result:
    question = Question("x", "text", intent, accept_also)
    return Result(question=question, ranked=ranked, unprompted=unprompted, score=0.5, seconds=0.002)


def test_the_report_has_the_contracts_form():
    questions = questions_in(json.dumps(QUESTIONS))
    figures = json.loads(json.dumps(report([ask(LIBRARY.matcher, question) for question in questions])))
    assert set(figures) == {"n", "addressed", "unprompted", "per_question", "latency_ms"}
    assert figures["n"] == 4
    assert figures["addressed"] == {"top1": 1.0, "top3": 1.0}
    assert figures["unprompted"] == {
        "answered": 3, "right": 2, "wrong": 1, "recall": 1.0, "precision": 0.6667, "false_answer_rate": 0.5,
    }  # fmt: skip
    assert set(figures["latency_ms"]) == {"p50", "p99"}
    first = figures["per_question"][0]
    assert set(first) == {"id", "text", "expected", "addressed", "unprompted", "score"}
    assert (first["expected"], first["addressed"][0], first["unprompted"], first["score"]) == (
        "money",
        "money",
        "money",
        1,
    )
    assert len(first["addressed"]) == 3
    assert figures["per_question"][3]["unprompted"] is None


def test_what_is_also_accepted_is_right_and_ranks_count():
    figures = report(
        [
            result("a", ("a", "b", "c"), "a"),
            result("a", ("b", "a", "c"), "b", ("b",)),
            result("a", ("c", "b", "a"), "c"),
            result("a", (), None),
            result("none", ("a",), "a"),
            result("clarify", ("a",), None, ("a",)),
        ]
    )
    assert figures["addressed"] == {"top1": 0.5, "top3": 0.75}
    assert figures["unprompted"] == {
        "answered": 4, "right": 2, "wrong": 2, "recall": 0.5, "precision": 0.5, "false_answer_rate": 0.5,
    }  # fmt: skip
    assert figures["latency_ms"] == {"p50": 2.0, "p99": 2.0}


def test_nothing_to_score_is_no_crash():
    figures = report([])
    assert (figures["n"], figures["addressed"]["top1"], figures["latency_ms"]["p99"]) == (0, 0.0, 0.0)


@pytest.mark.parametrize(
    "written", ["{}", "[1]", '[{"id": "1"}]', '[{"id": 1, "text": "x", "intent": "y"}]', "no json"]
)
def test_questions_in_another_form_are_refused(written):
    with pytest.raises(ValueError, match=r"expected|Expecting"):
        questions_in(written)


@pytest.mark.parametrize("written", ["[]", '{"a": "text"}', '{"a": []}', '{"a": [1]}'])
def test_banks_in_another_form_are_refused(written):
    with pytest.raises(ValueError, match="expected"):
        bank_in(written)


def test_hidden_entries_answer_nothing_rightly():
    trials = list(calibration.hidden(BANK, matcher))
    assert len(trials) == sum(len(entry.questions) for entry in BANK)
    assert not any(trial.right for trial in trials)


def test_left_out_lines_are_asked_of_a_bank_without_them():
    trials = list(calibration.left_out(BANK, matcher))
    assert {trial.owner for trial in trials} == {entry.slug for entry in BANK}
    assert all(trial.found is None or trial.found.score < 1 for trial in trials)
    assert len(list(calibration.look_alikes(BANK, matcher))) == 1


@dataclass
class FakeDesk:
    """A configuration without anything in it, in this folder."""

    root: Path

    def load(self, config):
        assert config.name == "config.yaml"
        return Settings(), type(PLACE)(root=self.root, community="x", people="y", registration_form=None)

    def memory(self, _config):
        raise Permanent("nothing is kept here")

    def http(self, _config):
        raise Permanent("nothing is fetched here")


@dataclass
class Online(FakeDesk):
    """The same, with these pages on the internet."""

    pages: dict[str, Fetched]

    @contextlib.asynccontextmanager
    async def http(self, _config):
        yield FakeHttp(self.pages)


@pytest.fixture
def program(tmp_path):
    (tmp_path / "faq").mkdir()
    (tmp_path / "faq" / "money.md").write_text(FILE)

    return terminal(FakeDesk(tmp_path))


def run(program: typer.Typer, *args: object):
    return CliRunner().invoke(program, [str(arg) for arg in args])


def test_list_is_plain_lines_where_nobody_looks(program):
    found = run(program, "list")
    assert found.stdout == "money\tmoney\t3\tWhere does all the money go?\n"


def test_check_passes_a_good_bank_and_tells_what_the_thresholds_let_through(program):
    found = run(program, "check")
    assert found.exit_code == 0
    assert "unasked from 0.75: entry hidden 0.0%" in found.stdout
    assert found.stdout.endswith("1 answers, 0 problems, 0 warnings.\n")


def test_check_fails_on_problems_and_warns_of_what_could_be_better(program, tmp_path):
    (tmp_path / "faq" / "bad.md").write_text("no front matter")
    (tmp_path / "faq" / "few.md").write_text("---\nquestions: [Why not]\n---\nBecause.")
    found = run(program, "check", "--quick")
    assert found.exit_code == 1
    assert "faq/bad.md:1: no front matter" in found.stderr
    assert "warning: faq/few.md:2: fewer than 3 phrasings" in found.stderr
    assert "2 answers, 1 problems, " in found.stdout


@pytest.mark.parametrize(
    ("status", "ends", "told"),
    [
        (200, 0, "1 answers, 0 problems, 0 warnings.\n"),
        (404, 1, "1 answers, 1 problems, 0 warnings.\n"),
        (503, 0, "1 answers, 0 problems, 0 warnings.\n"),
        (None, 0, "1 answers, 0 problems, 1 warnings.\n"),
    ],
)
def test_check_looks_at_links_if_it_is_told_to(tmp_path, monkeypatch, status, ends, told):
    url = "https://example.org/wiki"
    (tmp_path / "faq").mkdir()
    (tmp_path / "faq" / "money.md").write_text(FILE.replace("To good", f"To [good]({url})"))
    page = Fetched(status=status or 0, headers={}, body=b"", url=url, elapsed=0.0)
    monkeypatch.setattr(linking, "PAUSE", 0)
    found = run(terminal(Online(tmp_path, {} if status is None else {url: page})), "check", "--quick", "--links")
    assert (found.exit_code, found.stdout) == (ends, told)
    assert (url in found.stderr) == (told != "1 answers, 0 problems, 0 warnings.\n")


def test_eval_reads_the_configs_folder_another_folder_or_a_bank_of_phrasings(program, tmp_path):
    questions = tmp_path / "questions.json"
    questions.write_text(json.dumps(QUESTIONS))
    bank = tmp_path / "bank.json"
    bank.write_text(json.dumps({"money": ["where does all the money go?"], "fee": ["what does being a member cost"]}))
    for where in ((), ("--faq", tmp_path / "faq"), ("--faq", bank)):
        found = run(program, "eval", questions, *where, "--json")
        assert json.loads(found.stdout)["per_question"][0]["addressed"][0] == "money"
    assert "asked          top 1 " in run(program, "eval", questions).stdout


def test_eval_says_what_is_wrong_with_its_files(program, tmp_path):
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}")
    for path in (wrong, tmp_path / "nowhere.json"):
        found = run(program, "eval", path)
        assert found.exit_code == 2
        assert path.name in found.stderr.replace("\n", "").replace("│", "").replace(" ", "")
