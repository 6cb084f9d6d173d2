"""The session file: private, whole at any moment, and a sentence when it is not ours."""

import os
import stat
from pathlib import Path

import pytest

from bot.errors import Exit, LoginFailed
from bot.matrix.session import Session, load, save
from tests.support.fakes import Crash

OURS = Session(user="@steward:example.org", device="ABCDEFGHIJ", token="syt_secret")
NEW = Session(user="@steward:example.org", device="ABCDEFGHIJ", token="syt_new")


def test_a_session_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    file = tmp_path / "session.json"
    assert load(file) is None
    for session in (Session(user="@steward:example.org", device="ABCDEFGHIJ"), OURS, NEW):
        save(file, session)
        assert load(file) == session
    assert [one.name for one in tmp_path.iterdir()] == ["session.json"]


def test_nobody_else_may_read_it_whatever_the_umask(tmp_path: Path) -> None:
    file = tmp_path / "session.json"
    before = os.umask(0)
    try:
        save(file, OURS)
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("moment", ["write", "fsync", "replace"])
def test_it_is_whole_at_any_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    def die(*_: object, **__: object) -> None:
        raise Crash

    file = tmp_path / "session.json"
    save(file, OURS)
    with monkeypatch.context() as patched:
        match moment:
            case "write":
                patched.setattr(os, "fdopen", die)
            case "fsync":
                patched.setattr(os, "fsync", die)
            case _:
                patched.setattr(Path, "replace", die)
        with pytest.raises(Crash):
            save(file, NEW)
    assert load(file) == OURS
    save(file, NEW)
    assert load(file) == NEW


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b'"text"',
        b'{"user": "@steward:example.org"}',
        b'{"user": "@steward:example.org", "device": "A", "unknown": 1}',
        b'{"user": "@steward:example.org", "device"',
    ],
)
def test_what_is_no_session_is_a_sentence_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "session.json"
    file.write_bytes(content)
    with pytest.raises(
        LoginFailed, match=r"session\.json can't be read\. Restore it from a backup, or delete"
    ) as error:
        load(file)
    assert error.value.exit == Exit.LOGIN
    assert file.read_bytes() == content
