"""What differs from the files, as a patch that git takes."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.faq.editing.diffing import fenced, patch, shown
from handlers.faq.editing.exporting import LONGEST, exported
from tests.unit.faq.editing.chat import FILES, MONEY, Chat, texts


def applied(folder: Path, files: Mapping[str, str], patch: str) -> dict[str, str]:
    """The files after `git apply`."""
    (folder / "faq").mkdir(parents=True)
    for slug, text in files.items():
        (folder / "faq" / f"{slug}.md").write_text(text, newline="")
    subprocess.run(["git", "apply", "-"], input=patch.encode(), cwd=folder, check=True, capture_output=True)  # noqa: S607 - as people have it
    return {path.stem: path.read_bytes().decode() for path in (folder / "faq").glob("*.md")}


def unfenced(block: str) -> str:
    first, *lines, last = block.split("\n")
    assert (first, last) == (f"{last}diff", first.removesuffix("diff"))
    return "\n".join([*lines, ""])


async def test_a_patch_makes_the_files_what_the_bank_is(tmp_path):
    chat = Chat()
    await chat.keeps("edit money To the cats.")
    await chat.keeps("remove wiki")
    await chat.keeps("add shed Where is the shed?\n\nUse:\n```\ncd shed\n```")
    (said,) = texts(await chat.says("export"))
    assert applied(tmp_path, FILES, unfenced(said)) == {
        "money": MONEY.replace("good causes", "the cats"),
        "shed": "---\nquestions:\n  - Where is the shed?\n---\nUse:\n```\ncd shed\n```\n",
    }


async def test_nothing_to_export_is_said_so():
    chat = Chat()
    assert texts(await chat.says("export")) == ["Nothing differs from the files."]
    await chat.keeps("edit money To the cats.")
    await chat.keeps("undo money")
    assert texts(await chat.says("export")) == ["Nothing differs from the files."]


async def test_the_terminal_gets_whole_files_and_what_is_gone():
    chat = Chat()
    await chat.keeps("edit money To the cats.")
    await chat.keeps("remove wiki")
    assert exported(await chat.library()) == {"money": MONEY.replace("good causes", "the cats"), "wiki": None}


async def test_what_is_too_long_for_a_chat_names_the_other_way():
    files = {f"long-{number}": f"---\nquestions:\n  - what is {number}\n---\n{'word ' * 250}\n" for number in range(12)}
    chat = Chat(files)
    for slug in files:
        await chat.keeps(f"remove {slug}")
    (said,) = texts(await chat.says("export"))
    assert len(said) < LONGEST + 200
    left = 12 - said.count("diff --git")
    assert 0 < left < 12
    assert said.endswith(f"{left} more don't fit in here: `steward faq export FOLDER` writes all of them.")


LINES = st.lists(st.text("ab #-+@`\\\r\u2028é", max_size=6), max_size=8).map("\n".join)


@given(st.tuples(LINES, LINES).filter(lambda pair: pair[0] != pair[1]))
def test_git_takes_every_patch(tmp_path_factory: pytest.TempPathFactory, pair: tuple[str, str]) -> None:
    before, after = pair
    found = applied(tmp_path_factory.mktemp("repo"), {"x": before}, patch("faq/x.md", before, after))
    assert found == {"x": after}


def test_a_difference_that_is_shown_hides_nothing():
    longest = "a\u202eb\u200bc " + "word " * 790
    assert shown(None, longest) == f"```diff\n@@ -0,0 +1 @@\n+{longest}\n```".replace(
        "a\u202eb\u200bc", "a<U+202E>b<U+200B>c"
    )


@pytest.mark.parametrize(
    ("text", "left"), [("\n".join("x" * 100), 21), ("\n".join(["x" * 5000] * 10), 8)], ids=["many lines", "long lines"]
)
def test_a_difference_that_is_not_shown_to_its_end_says_so(text: str, left: int):
    block = shown(None, text)
    assert len(block) < 12_200
    assert block.endswith(f"\n… and {left} more lines, which are not shown here\n```")


@given(st.text("`a\n", max_size=30))
def test_no_text_ends_its_block_of_code(text: str) -> None:
    block = fenced(text)
    fence = block.split("\n")[0]
    assert fence not in text
    assert block == f"{fence}\n{text}\n{fence}"
