"""The recovery key as text, secrets locked with it, and its one showing."""

import asyncio
import base64
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli import program
from bot.errors import CryptoError, Exit
from bot.matrix.api import Denied
from bot.matrix.crypto import cross_signing, recovery, recovery_key
from bot.matrix.crypto.secret_storage import SecretStorage, described, encoded, fits, open_sealed, seal
from tests.support.bot_process import write_config
from tests.support.devices import FakeApi, KeyServer
from tests.support.hostile import JSON

US = "@steward:example.org"
# The private key of RFC 7748, section 6.1, as the other Matrix clients' own tests write it.
KEY = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
TEXT = "EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d"
SECRETS = {recovery.name_of(usage): bytes([number]) * 32 for number, usage in enumerate(("master", "self_signing"))}
NAMES = tuple(SECRETS)


# As text


def test_a_key_is_written_as_other_clients_write_it() -> None:
    assert recovery_key.written(KEY) == TEXT


@pytest.mark.parametrize("text", [TEXT, TEXT.replace(" ", ""), f"\n {TEXT}\t\r\n", TEXT.replace(" ", "\n")])
def test_spaces_in_a_key_dont_matter(text: str) -> None:
    assert recovery_key.read(text) == KEY


@given(st.binary(min_size=32, max_size=32))
def test_every_key_comes_back(key: bytes) -> None:
    text = recovery_key.written(key)
    assert recovery_key.read(text) == key
    assert [len(group) for group in text.split()] == [4] * 12


@pytest.mark.parametrize(
    "text",
    ["", "0", "hello", TEXT[:-1], TEXT + "d", TEXT.lower(), TEXT.replace("E", "F", 1), TEXT[:-1] + "e", "z" * 48, "ß"],
)
def test_what_is_no_key_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(CryptoError, match="is no recovery key: look for a slip") as refused:
        recovery_key.read(text)
    assert refused.value.exit == Exit.CRYPTO
    assert len(text) < 10 or text not in str(refused.value)


# Secrets


@given(st.binary(min_size=32, max_size=32), st.text(max_size=40), st.binary(max_size=100))
def test_what_is_sealed_opens_with_its_key_and_its_name_alone(key: bytes, name: str, secret: bytes) -> None:
    sealed: dict[str, Any] = dict(seal(key, name, secret))
    assert open_sealed(key, name, sealed) == secret
    for other_key, other_name in ((bytes(32) if any(key) else bytes([1]) * 32, name), (key, name + "x")):
        with pytest.raises(CryptoError):
            open_sealed(other_key, other_name, sealed)


def test_the_same_is_never_sealed_alike() -> None:
    assert seal(KEY, "a", b"b")["iv"] != seal(KEY, "a", b"b")["iv"]


def test_bit_63_of_each_iv_is_zero() -> None:
    assert {base64.b64decode(seal(KEY, "a", b"b")["iv"])[8] & 0x80 for _ in range(64)} == {0}


@given(st.fixed_dictionaries({}, optional={"iv": JSON, "ciphertext": JSON, "mac": JSON, "algorithm": JSON}))
def test_nothing_opens_or_fits_by_accident(junk: dict[str, Any]) -> None:
    with pytest.raises(CryptoError):
        open_sealed(KEY, "m.cross_signing.master", junk)
    assert not fits(KEY, junk)


def test_a_description_knows_its_key_and_no_other() -> None:
    description = described(KEY)
    assert description["algorithm"] == "m.secret_storage.v1.aes-hmac-sha2"
    assert fits(KEY, description)
    assert not fits(bytes(32), description)
    assert not fits(KEY, {**description, "algorithm": "m.secret_storage.v1.other"})
    assert fits(KEY, {**description, "mac": description["mac"].rstrip("=")}), "others may leave the padding out"


# On a homeserver


@pytest.fixture
def server() -> KeyServer:
    return KeyServer()


@pytest.fixture
def storage(server: KeyServer) -> SecretStorage:
    api: Any = FakeApi(server, (US, "STEWARD"))
    return SecretStorage(api, US)


def kept_safe(storage: SecretStorage, folder: Path, *, given: bytes | None = None, replace: bool = False) -> None:
    raw = {name.rpartition(".")[2]: secret for name, secret in SECRETS.items()}
    asyncio.run(recovery.keep_safe(storage, folder, raw, given=given, replace=replace))


def test_secrets_come_back_and_what_the_homeserver_holds_is_of_the_specifications_form(
    storage: SecretStorage, server: KeyServer
) -> None:
    asyncio.run(storage.set_up(KEY, SECRETS))
    assert asyncio.run(storage.fetch(KEY, NAMES)) == SECRETS
    key_id = server.account_data[f"{US} m.secret_storage.default_key"]["key"]
    assert fits(KEY, server.account_data[f"{US} m.secret_storage.key.{key_id}"])
    held = server.account_data[f"{US} {NAMES[1]}"]["encrypted"]
    assert open_sealed(KEY, NAMES[1], held[key_id]) == encoded(SECRETS[NAMES[1]]) == base64.b64encode(b"\1" * 32)[:-1]


def test_another_key_opens_nothing_and_that_is_a_sentence(storage: SecretStorage) -> None:
    with pytest.raises(CryptoError, match="no secret storage on the homeserver"):
        asyncio.run(storage.fetch(KEY, NAMES))
    asyncio.run(storage.set_up(KEY, SECRETS))
    with pytest.raises(CryptoError, match="not the one that the account's secrets"):
        asyncio.run(storage.fetch(bytes(32), NAMES))


def test_a_secret_that_isnt_there_or_was_changed_is_a_sentence(storage: SecretStorage, server: KeyServer) -> None:
    asyncio.run(storage.set_up(KEY, SECRETS))
    with pytest.raises(CryptoError, match=r"m\.other in the homeserver's secret storage can't be opened"):
        asyncio.run(storage.fetch(KEY, ("m.other",)))
    server.account_data[f"{US} {NAMES[0]}"] = server.account_data[f"{US} {NAMES[1]}"]
    with pytest.raises(CryptoError, match="can't be opened"):
        asyncio.run(storage.fetch(KEY, NAMES))


def test_a_recovery_key_is_made_once_and_nobody_else_reads_it(
    storage: SecretStorage, server: KeyServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept_safe(storage, tmp_path)
    file = tmp_path / recovery_key.FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key = recovery_key.read(file.read_text())
    assert asyncio.run(storage.fetch(key, NAMES)) == SECRETS
    before, text = dict(server.account_data), file.read_text()

    kept_safe(storage, tmp_path)
    file.unlink()
    kept_safe(storage, tmp_path)

    assert (server.account_data, file.exists()) == (before, False)
    assert text.strip() not in capsys.readouterr().out


def test_secret_storage_of_somebody_elses_is_left_as_it_is(
    storage: SecretStorage, server: KeyServer, tmp_path: Path
) -> None:
    theirs = {f"{US} m.secret_storage.default_key": {"key": "theirs"}}
    server.account_data.update(theirs)
    kept_safe(storage, tmp_path)
    assert server.account_data == theirs
    assert list(tmp_path.iterdir()) == []


def test_a_new_identity_gets_secret_storage_anew(storage: SecretStorage, tmp_path: Path) -> None:
    asyncio.run(storage.set_up(KEY, dict.fromkeys(SECRETS, bytes(32))))
    kept_safe(storage, tmp_path, replace=True)
    key = recovery_key.read((tmp_path / recovery_key.FILE).read_text())
    assert asyncio.run(storage.fetch(key, NAMES)) == SECRETS


def test_a_given_key_is_used_and_not_written_down(storage: SecretStorage, tmp_path: Path) -> None:
    kept_safe(storage, tmp_path, given=KEY)
    assert asyncio.run(storage.fetch(KEY, NAMES)) == SECRETS
    assert list(tmp_path.iterdir()) == []


def test_a_set_up_that_was_interrupted_goes_on_with_the_key_that_is_written_down(
    storage: SecretStorage, server: KeyServer, tmp_path: Path
) -> None:
    kept_safe(storage, tmp_path)
    text = (tmp_path / recovery_key.FILE).read_text()
    del server.account_data[f"{US} m.secret_storage.default_key"]
    kept_safe(storage, tmp_path)
    assert (tmp_path / recovery_key.FILE).read_text() == text
    assert asyncio.run(storage.fetch(recovery_key.read(text), NAMES)) == SECRETS


def test_a_homeserver_that_keeps_no_secrets_doesnt_stop_the_bot(
    storage: SecretStorage, server: KeyServer, tmp_path: Path
) -> None:
    server.refuses["account_data"] = Denied(403, "M_FORBIDDEN", "no")
    kept_safe(storage, tmp_path)


def test_what_is_no_signing_key_is_a_sentence(storage: SecretStorage) -> None:
    asyncio.run(storage.set_up(KEY, {recovery.name_of("master"): b"short"}))
    with pytest.raises(CryptoError, match="are no signing keys"):
        asyncio.run(recovery.restore(storage, KEY, ("master",)))


def test_signing_keys_that_are_not_the_accounts_are_refused(storage: SecretStorage, tmp_path: Path) -> None:
    secrets = {recovery.name_of(usage): bytes([number]) * 32 for number, usage in enumerate(cross_signing.USAGES)}
    asyncio.run(storage.set_up(KEY, secrets))
    published = {f"{usage}_keys": {US: {"keys": {"ed25519:x": "x"}}} for usage in cross_signing.USAGES}
    identity = cross_signing.Identity(folder=tmp_path, store_key="key", password=None, renew=False, recovery_key=KEY)
    restoring = cross_signing._restored(storage, identity, published)  # noqa: SLF001 - the rest is a homeserver's
    with pytest.raises(CryptoError, match="are not those"):
        asyncio.run(restoring)
    assert cross_signing.load(tmp_path, "key") is None


# The command


def test_the_key_is_shown_once(tmp_path: Path) -> None:
    config = write_config(tmp_path, "https://example.org", US)
    data = tmp_path / "data"
    data.mkdir()
    (data / recovery_key.FILE).write_text(f"{TEXT}\n")

    shown = CliRunner().invoke(program, ["recovery-key", "--config", str(config)])
    again = CliRunner().invoke(program, ["recovery-key", "--config", str(config)])

    assert (shown.exit_code, shown.stdout) == (0, f"{TEXT}\n")
    assert "not shown again" in shown.stderr
    assert list(data.iterdir()) == []
    assert isinstance(again.exception, CryptoError)
    assert "was shown before" in str(again.exception)
