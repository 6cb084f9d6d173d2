"""An older crypto store is noticed and refused; what is interrupted anywhere is not taken for one."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.errors import CryptoError, Exit, StorageError
from bot.matrix.api import Denied
from bot.matrix.crypto.generation import Generation, objection
from bot.matrix.crypto.store import STORE_FILE
from bot.storage import state
from bot.storage.engine import Storage
from tests.support.devices import FakeApi, KeyServer, device
from tests.support.fakes import Crash
from tests.support.house import on_any_database

US, DEVICE = "@steward:example.org", "STEWARD"
#: Where the homeserver keeps it.
THERE = f"{US} coop.steward.generation"


@pytest.fixture
def server() -> KeyServer:
    return KeyServer()


@pytest.fixture
def make(server: KeyServer, storage: Storage, tmp_path: Path) -> Callable[..., Generation]:
    """A new process on the same folder, or on another one."""

    def made(folder: Path = tmp_path, name: str = DEVICE) -> Generation:
        api: Any = FakeApi(server, (US, name))
        return Generation(api=api, storage=storage, user=US, device=name, folder=folder)

    return made


@pytest.mark.parametrize(
    ("kept", "remembered", "published", "wrong"),
    [
        (0, 0, 0, None),
        (5, 5, 5, None),
        (5, 4, 3, None),
        (5, 0, 0, None),
        (5, 3, 4, None),
        (4, 5, 4, "on its own"),
        (0, 1, 0, "on its own"),
        (4, 4, 5, "another copy"),
        (4, 5, 5, "another copy"),
        (0, 0, 1, "another copy"),
    ],
)
def test_only_a_store_that_others_know_further_on_is_objected_to(
    kept: int, remembered: int, published: int, wrong: str | None
) -> None:
    found = objection(kept, remembered, published)
    assert (found is None) if wrong is None else (found is not None and wrong in found)


async def test_it_begins_at_one_and_rises_at_each_start(
    make: Callable[..., Generation], server: KeyServer, storage: Storage
) -> None:
    for count in (1, 2, 3):
        one = make()
        await one.begin()
        assert one.value == count
        assert server.account_data[THERE] == {DEVICE: count}
        assert await state.get(storage, one._name) == str(count)  # noqa: SLF001 - a row that nothing else reads


@on_any_database
async def test_a_store_that_was_put_back_on_its_own_is_refused(
    make: Callable[..., Generation], server: KeyServer, tmp_path: Path
) -> None:
    await make().begin()
    shutil.copy(tmp_path / STORE_FILE, tmp_path / "old")
    await make().begin()
    server.account_data.clear()
    shutil.copy(tmp_path / "old", tmp_path / STORE_FILE)
    with pytest.raises(CryptoError, match="restored from a backup on its own") as refused:
        await make().begin()
    assert refused.value.exit == Exit.CRYPTO
    assert f"delete {tmp_path / 'session.json'} and {tmp_path / STORE_FILE}, and nothing else" in str(refused.value)


@on_any_database
async def test_a_refused_store_stays_refused(make: Callable[..., Generation], tmp_path: Path) -> None:
    await make().begin()
    shutil.copy(tmp_path / STORE_FILE, tmp_path / "old")
    for _ in range(3):
        await make().begin()
    shutil.copy(tmp_path / "old", tmp_path / STORE_FILE)
    for _ in range(5):
        with pytest.raises(CryptoError):
            await make().begin()


@on_any_database
async def test_a_copy_that_has_come_further_ends_the_other_one(make: Callable[..., Generation], tmp_path: Path) -> None:
    ours = make()
    await ours.begin()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(tmp_path / STORE_FILE, elsewhere / STORE_FILE)
    await make(elsewhere).begin()
    await make(elsewhere).begin()
    ours.rise()
    with pytest.raises(CryptoError, match="another copy of the bot has been running"):
        await ours.publish()


@on_any_database
async def test_each_device_counts_for_itself(make: Callable[..., Generation], server: KeyServer) -> None:
    for _ in range(3):
        await make().begin()
    new = make(name="NEW")
    await new.begin()
    assert new.value == 1
    assert server.account_data[THERE] == {DEVICE: 3, "NEW": 1}


@on_any_database
@pytest.mark.parametrize("value", [None, "9", 1.5, [], {}])
async def test_nonsense_in_the_accounts_data_is_no_alarm(
    make: Callable[..., Generation], server: KeyServer, value: Any
) -> None:
    server.account_data[THERE] = {DEVICE: value}
    await make().begin()


async def lives(one: Generation) -> None:
    """A process from its start through two uploads of keys."""
    await one.begin()
    for _ in range(2):
        one.rise()
        await one.publish()


class Steps:
    """Dies at the `last` of the steps that are counted."""

    def __init__(self, last: int) -> None:
        self.left = last

    def step(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Crash


@on_any_database
@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("last", range(7))
async def test_whatever_is_interrupted_raises_no_false_alarm(
    make: Callable[..., Generation], server: KeyServer, monkeypatch: pytest.MonkeyPatch, last: int, *, after: bool
) -> None:
    """Each write (store, database, homeserver) is cut off once, before it or after it; then everything starts again."""
    steps = Steps(last)
    plain_run, plain_put, plain_answer = Generation._run, state.put, server.answer  # noqa: SLF001 - to cut it off

    def run(self: Generation, statement: str) -> int:
        if not after:
            steps.step()
        value = plain_run(self, statement)
        if after:
            steps.step()
        return value

    async def put(tx: Any, name: str, value: str) -> None:
        steps.step()
        await plain_put(tx, name, value)

    def answer(*call: Any) -> dict[str, Any]:
        if not after:
            steps.step()
        found = plain_answer(*call)
        if after:
            steps.step()
        return found

    with monkeypatch.context() as patched:
        patched.setattr(Generation, "_run", run)
        patched.setattr(state, "put", put)
        patched.setattr(server, "answer", answer)
        with pytest.raises(Crash):
            await lives(make())

    again = make()
    await again.begin()
    assert server.account_data[THERE] == {DEVICE: again.value}


@on_any_database
async def test_the_homeservers_other_troubles_pass_on(make: Callable[..., Generation], server: KeyServer) -> None:
    server.refuses["account_data"] = Denied(403, "M_FORBIDDEN", "no")
    with pytest.raises(Denied):
        await make().begin()


@on_any_database
async def test_a_store_that_cant_be_written_is_the_storages_trouble(
    make: Callable[..., Generation], tmp_path: Path
) -> None:
    (tmp_path / STORE_FILE).write_bytes(b"no database\n" * 100)
    with pytest.raises(StorageError, match=r"crypto\.db can't be written"):
        await make().begin()


# With the machine


@on_any_database
async def test_it_rises_with_whatever_changes_the_keys(server: KeyServer, storage: Storage, tmp_path: Path) -> None:
    bot = await device(server, storage, tmp_path, US, DEVICE)
    ana = await device(server, storage, tmp_path, "@ana:example.org", "PHONE")
    counter = bot.machine.generation
    seen = [counter.value]

    async def rises() -> bool:
        seen.append(counter.value)
        return seen[-1] > seen[-2]

    bot.sync()
    assert not await rises(), "nothing came"
    await ana.say("!room:example.org", "hello")
    bot.sync()
    assert await rises(), "keys came"
    await bot.machine.keep_up()
    assert await rises(), "new one-time keys went up"
    assert server.account_data[THERE] == {DEVICE: counter.value}
    await bot.say("!room:example.org", "hello")
    assert await rises(), "a room key was made"
    await bot.say("!room:example.org", "hello")
    assert not await rises(), "the same room key was used"


@on_any_database
async def test_one_time_keys_under_names_already_taken_are_an_error_for_good(
    server: KeyServer, storage: Storage, tmp_path: Path
) -> None:
    bot = await device(server, storage, tmp_path, US, DEVICE)
    server.refuses["keys/upload"] = Denied(400, "M_UNKNOWN", "One time key signed_curve25519:AAAA already exists.")
    server.one_time[bot.name].popitem()
    bot.sync()
    with pytest.raises(CryptoError, match="already has other one-time keys under the names of ours") as refused:
        await bot.machine.keep_up()
    assert "delete" in str(refused.value)


@on_any_database
async def test_another_refusal_of_keys_is_not_taken_for_that(
    server: KeyServer, storage: Storage, tmp_path: Path
) -> None:
    bot = await device(server, storage, tmp_path, US, DEVICE)
    server.refuses["keys/upload"] = Denied(400, "M_BAD_JSON", "no")
    server.one_time[bot.name].popitem()
    bot.sync()
    with pytest.raises(Denied):
        await bot.machine.keep_up()
