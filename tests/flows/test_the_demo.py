"""Somebody tries the demo, from the program's start to nothing being left of it."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from subprocess import PIPE

import pytest

ROOT = Path(__file__).parents[2]
MONEY = "less than a third goes to stipends"

pytestmark = pytest.mark.homeserver


class Demo:
    """The program, with a folder of its own for whatever it leaves behind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def start(self, *args: str, **env: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "bot", "demo", *args]
        env = {**os.environ, "TMPDIR": str(self.folder), **env}
        return subprocess.Popen(command, cwd=ROOT, env=env, text=True, stdin=PIPE, stdout=PIPE, stderr=PIPE)

    def run(self, *args: str, typed: str = "", **env: str) -> tuple[int, str, str]:
        """The exit code, and what was said on standard output and standard error."""
        process = self.start(*args, **env)
        out, err = process.communicate(typed, timeout=300)
        return process.returncode, out, err

    def left_behind(self) -> list[str]:
        """Files of its own, and processes that were told of its folder."""
        files = [file.name for file in self.folder.iterdir()]
        return files + [line for line in processes() if str(self.folder) in line]


def processes() -> list[str]:
    """The command lines of all that runs."""
    if Path("/proc/self/cmdline").exists():  # small containers have no ps
        found = []
        for file in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                found.append(file.read_text(errors="replace").replace("\0", " "))
        return found
    return subprocess.run(
        ["/bin/ps", "-A", "-ww", "-o", "args="], check=True, stdout=PIPE, text=True
    ).stdout.splitlines()


@pytest.fixture
def demo(tmp_path: Path) -> Demo:
    return Demo(tmp_path)


def until(process: subprocess.Popen[str], said: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if said in line:
            return
    raise AssertionError(f"it ended without {said!r}")


def test_a_question_from_the_command_line_is_answered_with_the_answer_alone(demo):
    code, out, err = demo.run("--ask", "Where does all the money go?")

    assert code == 0, err
    assert out.startswith("As of the wiki's writing, " + MONEY)
    assert "Source: Main Page (https://wiki.social.coop/wiki/Main_Page)" in out
    assert "homeserver" in err
    assert demo.left_behind() == []


def test_a_question_without_an_answer_in_time_fails_and_says_so(demo):
    code, out, err = demo.run("--ask", "Where does all the money go?", "--within", "0")

    assert (code, out) == (1, "")
    assert "No answer came within 0 s." in err
    assert demo.left_behind() == []


def test_a_script_can_chat(demo):
    typed = """\
Steward, where does all the money go?
/react 2 👍
/thread 1 Steward: how do I join?
/edit 3 Steward: where does all the money go?
/delete 3
/replay 1 hey
/as newt
/room tech
/room private
how do I join?
/as mo
/room mods
/who
"""
    code, out, err = demo.run(typed=typed)

    assert code == 0, err
    first, _, rest = out.partition("You are Newt now")
    assert MONEY in first
    assert "↳ re: [1] “Steward, where does all the money go?”" in first
    assert "Ana reacted 👍 to [2]" in first
    assert "    │ [4] Steward (notice): in the thread of [1] “Steward, where" in first
    assert "registration form (" in first
    assert "    │ Steward changed [4]: As of the wiki's writing" in first
    assert "Steward deleted [4]" in out
    assert "There is no command /replay; did you mean /reply?" in first
    assert "Newt isn't in that room. Newt can go to: open, private." in rest
    private, _, mods = rest.partition("You are Mo now")
    assert "— a private chat with Steward, as Newt —" in private
    assert "registration form (" in private
    assert "Steward, the bot" in mods
    assert demo.left_behind() == []


def test_a_newcomer_sees_an_outage_begin_be_asked_about_and_end(demo):
    typed = """\
/room tech
/break mastdon
/break mastodon
is the server down?
Steward, is Mastodon down?
/thread 1 same here
!status mastodon
/repair mastodon
/services
"""
    code, out, err = demo.run(typed=typed)

    assert code == 0, err
    assert "The status page: http://127.0.0.1:" in out
    assert 'There is no service "mastdon". Did you mean mastodon?' in out
    broken, _, repaired = out.partition("/repair mastodon")[2].partition("/repair mastodon")
    broken = broken.partition("/break mastodon")[2]
    notice, _, asked = broken.partition("is the server down?")
    assert "Steward: Mastodon is unreachable since " in notice
    assert "Measured by me" in notice
    assert "HTTP 503" in notice
    answer, _, rest = asked.partition("Steward, is Mastodon down?")
    assert "in the thread of [2] “is the server down?”" in answer
    assert "Mastodon: unreachable since " in answer
    assert "↳ re: [4] “Steward, is Mastodon down?”" in rest
    assert "An incident is open since " in rest
    assert "1 person here says it doesn't work for them either (in the last hour)" in rest
    assert "Steward: Mastodon is back. It was unreachable for " in repaired
    assert re.search(r"mastodon +works: Mastodon", repaired)
    assert demo.left_behind() == []


def test_newcomers_arrive_and_are_greeted_together_and_one_of_them_walks_to_the_form(demo):
    typed = """\
/arrive some
/arrive 2
/as noor
/who
!join
/room private
/arrive
!join
next
/break registration
5
/as mo
/room mods
/arrive
"""
    code, out, err = demo.run(typed=typed)

    assert code == 0, err
    assert "How many? /arrive for one, or /arrive and a number up to 20." in out
    arrived, _, walk = out.partition("You are Noor now")
    greetings = re.findall(r"Steward \(notice\): Welcome to .*", arrived)
    assert len(greetings) == 1, arrived
    assert set(re.findall(r"@\w+", greetings[0])) == {"@nia", "@noor"}, "whoever of them came in first"
    assert "  Noor, a newcomer; power 0" in walk
    assert "Noor is invited to a private chat. It is encrypted" in walk
    assert walk.count("Not everybody may come in here. First go to a room: /room open") == 2
    private = walk.partition("— a private chat with Steward, as Noor —")[2]
    assert "Step 1 of 6" in private
    assert "Step 2 of 6" in private
    form = private.partition("Step 5 of 6")[2].partition("You are Mo now")[0]
    assert "doesn't work right now" in form
    assert "/registration-form)" not in form
    assert demo.left_behind() == []


def test_told_to_end_it_takes_everything_down(demo):
    process = demo.start()
    until(process, "as Ana —")

    process.send_signal(signal.SIGTERM)

    assert process.wait(30) == 128 + signal.SIGTERM
    assert demo.left_behind() == []


def test_told_to_end_while_it_starts_it_takes_everything_down(demo):
    process = demo.start()
    while not list(demo.folder.iterdir()):
        time.sleep(0.01)

    process.send_signal(signal.SIGINT)

    assert process.wait(30) == 128 + signal.SIGINT
    assert demo.left_behind() == []


def test_even_killed_it_leaves_no_process(demo):
    process = demo.start()
    until(process, "as Ana —")

    process.kill()

    process.wait()
    deadline = time.monotonic() + 20
    while len(demo.left_behind()) > 1 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [left for left in demo.left_behind() if not left.startswith("steward-demo-")] == []


def test_without_synapse_it_says_how_to_get_it(demo):
    code, _, err = demo.run(STEWARD_SYNAPSE="/nowhere/python")

    assert code == 10
    assert "Synapse isn't installed" in err
    assert "make demo" in err
    assert demo.left_behind() == []


def test_a_bot_that_ends_at_its_start_leaves_its_last_words(demo, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("config")
    (elsewhere / "faq").symlink_to(ROOT / "faq")
    config = elsewhere / "config.yaml"
    config.write_text((ROOT / "config.yaml").read_text().replace("\nprofile:", "\nprofil:"))

    code, _, err = demo.run("--config", str(config))

    assert code == 1
    assert "The bot ended by itself, with exit code 3." in err
    assert 'profil: unknown key; did you mean "profile"?' in err
    assert demo.left_behind() == []


def test_without_the_folder_of_answers_it_says_what_to_do(demo, tmp_path_factory):
    config = tmp_path_factory.mktemp("config") / "config.yaml"
    config.write_text((ROOT / "config.yaml").read_text())

    code, _, err = demo.run("--config", str(config))

    assert code == 3
    assert f"There is no folder {config.parent / 'faq'}" in err
    assert demo.left_behind() == []
