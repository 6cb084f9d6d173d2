"""The program's own commands, as they are typed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import Exit
from bot.version import VERSION
from tests.support.bot_process import write_config

ROOT = Path(__file__).parents[2]


def steward(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the program without any of its secrets."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("STEWARD")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words], cwd=cwd, env={**env, "PYTHONPATH": str(ROOT)}, text=True,
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip


def test_a_question_is_answered_in_the_terminal_with_its_source():
    ended = steward("ask", "Where does all the money go?")

    assert ended.returncode == Exit.OK
    assert "less than a third goes to stipends" in ended.stdout
    assert "Source: Main Page (https://wiki.social.coop/wiki/Main_Page), as of 2024" in ended.stdout


def test_why_tells_the_entry_the_phrasing_and_the_score():
    ended = steward("ask", "--why", "where does the money go?")

    assert "Best: `money-where-goes`" in ended.stdout
    assert "score" in ended.stdout


def test_to_thanks_it_says_nothing_and_tells_so_by_its_exit_code():
    ended = steward("ask", "thanks!")

    assert (ended.returncode, ended.stdout) == (Exit.FAILED, "")
    assert ended.stderr == "To this the bot would say nothing.\n"


@pytest.mark.parametrize("words", [("ask", "hello"), ("run",), ("faq", "list")])
def test_without_a_config_it_says_where_it_looked(words, tmp_path):
    ended = steward(*words, cwd=tmp_path)

    assert (ended.returncode, ended.stdout) == (Exit.CONFIG, "")
    assert ended.stderr.startswith("no configuration at config.yaml")


def test_the_shipped_bank_has_78_answers_and_no_problem():
    ended = steward("faq", "check", "--quick")

    assert ended.returncode == Exit.OK
    assert ended.stdout.endswith("78 answers, 0 problems, 0 warnings.\n")


def test_it_tells_its_version():
    assert steward("--version").stdout == f"steward {VERSION}\n"


def test_a_status_page_that_nobody_would_see_is_told_by_the_check(tmp_path):
    url, user = "http://127.0.0.1:1", "@steward:social.example"
    (tmp_path / "secret").write_text("never used")
    homeserver = {"url": url, "user": user, "password": f"file:{tmp_path / 'secret'}"}
    write_config(tmp_path, url, user, homeserver=homeserver, status={"page": {}})
    ended = steward("run", "--check", cwd=tmp_path)

    assert (ended.returncode, ended.stdout) == (Exit.CONFIG, "")
    assert ended.stderr.splitlines()[-1] == "status.page: nobody would see it; add web:, or export: below page:"


def test_probes_that_cant_work_are_told_by_the_check_each_in_a_sentence(tmp_path):
    probes = [{"service": "mastdon"}, {"service": "mastodon", "kind": "tcp", "target": "social.example"}]
    services = [{"name": "mastodon", "title": "Mastodon", "url": "https://social.example"}]
    url, user = "http://127.0.0.1:1", "@steward:social.example"
    (tmp_path / "secret").write_text("never used")
    homeserver = {"url": url, "user": user, "password": f"file:{tmp_path / 'secret'}"}
    write_config(tmp_path, url, user, homeserver=homeserver, services=services, status={"probes": probes})
    ended = steward("run", "--check", cwd=tmp_path)

    assert (ended.returncode, ended.stdout) == (Exit.CONFIG, "")
    assert ended.stderr.splitlines()[-2:] == [
        'status.probes[1].service: there is no service "mastdon"; did you mean "mastodon"?',
        'status.probes[2].target: expected a host and a port, such as "social.coop:443"',
    ]
