"""`steward faq sync`: the program beside a wiki, without a homeserver."""

import asyncio
import subprocess
import sys

import pytest
import yaml

from tests.support.bot_process import ROOT, write_config
from tests.support.mediawiki import mediawiki

WORDS = "Our [Platforms]({url}/wiki/Platforms) page says our hosting is Hetzner, which appears to be based in Germany."
QUESTION = "Is this instance based in the US or somewhere else?"


@pytest.fixture
async def wiki():
    async with mediawiki() as wiki:
        yield wiki


@pytest.fixture
def steward(tmp_path, wiki):
    """Runs it on a folder with one answer, which says what the wiki says."""
    shipped = (ROOT / "faq" / "hosting-location.md").read_text()
    (tmp_path / "answers").mkdir()
    file = tmp_path / "answers" / "hosting-location.md"
    file.write_text(shipped[: shipped.rindex("---\n") + 4] + WORDS.format(url=wiki.url) + "\n")
    sync = {"entry": "hosting-location", "page": "Main Page", "section": "Common questions", "item": QUESTION}
    faq = {"folder": "answers", "wiki": {"api": wiki.api, "sync": [sync]}}
    outside = {"allow_private": ["127.0.0.1"]}
    config = write_config(tmp_path, "https://matrix.example", "@steward:matrix.example", faq=faq, outside=outside)

    async def run():
        command = (sys.executable, "-m", "bot", "faq", "sync", "--config", str(config))
        return await asyncio.to_thread(subprocess.run, command, cwd=ROOT, capture_output=True, text=True, check=False)

    return run


async def test_where_nothing_differs_nothing_is_printed(steward):
    ended = await steward()

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


async def test_what_differs_is_printed_as_a_patch_that_can_be_applied(steward, wiki, tmp_path):
    wiki.change("Main Page", "in Germany", "in Finland")

    ended = await steward()

    assert ended.returncode == 1, ended.stderr
    assert "-Our [Platforms]" in ended.stdout
    command = ("git", "apply", "--verbose")
    await asyncio.to_thread(subprocess.run, command, cwd=tmp_path, input=ended.stdout, text=True, check=True)
    file = (tmp_path / "answers" / "hosting-location.md").read_text()
    assert file.rstrip().endswith("appears to be based in Finland.")
    assert str(yaml.safe_load(file.split("---")[1])["as_of"]) == "2026-11-23"


async def test_what_cannot_be_compared_is_told(steward, wiki):
    wiki.delete("Main Page")

    ended = await steward()

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr == "hosting-location: there is no page “Main Page”\n"
