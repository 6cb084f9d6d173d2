"""The data folder is lost: with the recovery key the bot is who it was, on a new device."""

import asyncio
import base64
import json
import shutil

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.errors import Exit
from bot.matrix.crypto import cross_signing, recovery
from bot.matrix.crypto.recovery_key import read, written
from bot.matrix.crypto.secret_storage import encoded, seal
from tests.foreign.driver import foreign_client
from tests.foreign.node_process import node
from tests.support.bot_process import ROOT
from tests.support.person import Person

pytestmark = pytest.mark.homeserver


@pytest.fixture
async def at_home(bot, person):
    """A bot that has been at home in a room, and was stopped; the key it made for bad days."""
    ana = await person("ana")
    room = await ana.create_room()
    steward = await bot(rooms=[{"room": room, "name": "open-chatroom"}])
    await steward.start()
    await steward.until("recovery_key_made")
    await steward.stop()
    data = steward.config.parent / "data"
    return ana, steward, data, (data / "recovery-key.txt").read_text()


async def master_key(ana, user):
    answer = await ana.call("POST", "/keys/query", {"device_keys": {user: []}})
    return answer["master_keys"][user]["keys"], set(answer["device_keys"][user])


def bots_own(at_home) -> Person:
    """The bot's account, in our hands."""
    ana, steward, data, _ = at_home
    token = json.loads((data / "session.json").read_text())["token"]
    return Person(ana.url, ana.http, steward.user, token)


def give(steward, key):
    """Put the recovery key where the configuration names it."""
    (steward.config.parent / "recovery").write_text(key)
    config = yaml.safe_load(steward.config.read_text())
    config["homeserver"]["recovery_key"] = "file:recovery"
    steward.config.write_text(yaml.safe_dump(config))


@pytest.mark.foreign
async def test_with_its_recovery_key_a_bot_that_lost_everything_is_who_it_was(at_home):
    ana, steward, data, key = at_home
    master, (old,) = await master_key(ana, steward.user)
    shutil.rmtree(data)
    give(steward, key)

    await steward.start()

    await steward.until("cross_signing_restored")
    again, devices = await master_key(ana, steward.user)
    (new,) = devices - {old}
    assert again == master
    assert not (data / "recovery-key.txt").exists(), "whoever had it has it still"
    async with foreign_client(ana.url, user=ana.user, password="password", strict=True) as client:
        chat = await client.open_chat(steward.user, encrypted=True)
        assert (await client.device_is_cross_signed(steward.user))[new]
        await client.say(chat, "where does all the money go?")
        assert "less than a third" in (await client.next_from(chat, steward.user))["body"]


async def test_signing_keys_that_were_lost_alone_come_back_for_the_same_device(at_home):
    ana, steward, data, key = at_home
    before = await master_key(ana, steward.user)
    (data / "cross-signing.key").unlink()
    give(steward, key)

    await steward.start()

    await steward.until("cross_signing_restored")
    assert await master_key(ana, steward.user) == before
    assert (data / "cross-signing.key").exists()


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (written(bytes(32)), "The recovery key is not the one that the account's secrets"),
        ("hunter2", "is no recovery key: look for a slip"),
    ],
)
async def test_a_wrong_recovery_key_stops_the_bot_with_a_sentence(at_home, key, said):
    _, steward, data, _ = at_home
    shutil.rmtree(data)
    give(steward, key)

    await steward.start(ready=False)

    assert await steward.ended() == Exit.CRYPTO
    text = "\n".join(line["line"] for line in steward.logged if line["event"] == "plain")
    assert said in text
    assert key not in text


async def test_keys_from_secret_storage_that_are_not_the_published_ones_are_not_taken(at_home):
    _, steward, data, key = at_home
    me = bots_own(at_home)
    where = f"/user/{steward.user}/account_data/"
    key_id = (await me.call("GET", f"{where}m.secret_storage.default_key"))["key"]
    for usage in cross_signing.USAGES:
        name = recovery.name_of(usage)
        other = seal(read(key), name, encoded(Ed25519PrivateKey.generate().private_bytes_raw()))
        await me.call("PUT", f"{where}{name}", {"encrypted": {key_id: other}})
    (data / "cross-signing.key").unlink()
    give(steward, key)

    await steward.start(ready=False)

    assert await steward.ended() == Exit.CRYPTO
    assert f"are not those that {steward.user} has now" in json.dumps(steward.logged)
    assert not (data / "cross-signing.key").exists()


async def test_without_its_recovery_key_a_new_device_says_what_to_do(at_home):
    _, steward, data, key = at_home
    shutil.rmtree(data)

    await steward.start(ready=False)

    assert await steward.ended() == Exit.CRYPTO
    text = json.dumps(steward.logged)
    assert "Put its recovery key into `homeserver.recovery_key`" in text
    assert key.strip() not in text


async def test_a_bot_from_before_there_were_recovery_keys_gets_one_at_its_next_start(at_home):
    """Its signing keys are here, and the homeserver has no secrets of it."""
    _, steward, data, key = at_home
    (data / "recovery-key.txt").unlink()
    me = bots_own(at_home)
    await me.call("PUT", f"/user/{steward.user}/account_data/m.secret_storage.default_key", {})

    await steward.start()

    await steward.until("recovery_key_made")
    assert (data / "recovery-key.txt").read_text() != key


@pytest.mark.foreign
async def test_another_matrix_client_opens_the_secrets_with_the_recovery_key(at_home):
    ana, steward, data, key = at_home
    token = bots_own(at_home).token
    names = [recovery.name_of(usage) for usage in cross_signing.USAGES]
    program = await asyncio.create_subprocess_exec(
        *(node(), ROOT / "tests/foreign/secrets.mjs", ana.url, steward.user, token, key.strip(), *names),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    out, _ = await program.communicate()

    said = json.loads(out.splitlines()[-1])
    keys = cross_signing.load(data, (data / "store.key").read_text())
    assert keys is not None
    assert said["fits"] is True
    assert [base64.b64decode(secret + "=") for secret in said["secrets"]] == list(keys.raw.values())
